using System.Collections.Frozen;

namespace Parley.Core.Groups;

/// <summary>A member of a group, with when and how it came.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Role">What the user may do there.</param>
/// <param name="JoinedMs">When the user joined, in unix milliseconds.</param>
/// <param name="AddedBy">Who took the user in, the user itself included; 0 = a back end, or not known.</param>
public readonly record struct GroupMembership(long UserId, GroupRole Role, long JoinedMs, long AddedBy);

/// <summary>A group as it stood when it was read; never changes.</summary>
public sealed class Group
{
    private readonly FrozenSet<long> _set;
    private readonly FrozenSet<long> _managers;
    private readonly long[] _members;
    private readonly (long JoinedMs, long AddedBy, long JoinedAfter)[] _joinings;
    private readonly long _newestJoinedAfter;

    internal Group(GroupRecord record)
    {
        GroupId = record.GroupId;
        OpenInfo = record.OpenInfo;
        PrivateInfo = record.PrivateInfo;
        Name = record.Name;
        Description = record.Description;
        Capacity = record.Rules.Capacity;
        IsClosed = record.Rules.IsClosed;
        Facts = record.Facts;
        var members = new long[record.Members.Count];
        _joinings = new (long JoinedMs, long AddedBy, long JoinedAfter)[members.Length];
        var managers = new List<long>();
        for (var i = 0; i < members.Length; i++)
        {
            var member = record.Members[i];
            members[i] = member.UserId;
            _joinings[i] = (member.JoinedMs, member.AddedBy, member.JoinedAfter);
            _newestJoinedAfter = Math.Max(_newestJoinedAfter, member.JoinedAfter);
            if (member.Role == GroupRole.Owner)
                OwnerId = member.UserId;
            else if (member.Role == GroupRole.Manager)
                managers.Add(member.UserId);
        }
        _members = members;
        _set = members.ToFrozenSet();
        _managers = managers.ToFrozenSet();
    }

    /// <summary>What is left of a group that was dissolved a moment ago: its number.</summary>
    internal static Group Without(long groupId) => new(new GroupRecord(groupId, "", "", "", "", default, new(), []));

    /// <summary>The group.</summary>
    public long GroupId { get; }

    /// <summary>What it is called; "" = nothing.</summary>
    public string Name { get; }

    /// <summary>What it is about; "" = nothing was said.</summary>
    public string Description { get; }

    /// <summary>What is kept beside name and description: notification, picture, text and number for applications, who made it and when.</summary>
    public GroupFacts Facts { get; }

    /// <summary>Text that everyone may read.</summary>
    public string OpenInfo { get; }

    /// <summary>Text that members may read.</summary>
    public string PrivateInfo { get; }

    /// <summary>The owner; 0 = none.</summary>
    public long OwnerId { get; }

    /// <summary>Most members that an operator allows; 0 = no limit of its own.</summary>
    public int Capacity { get; }

    /// <summary>Whether nobody speaks or joins.</summary>
    public bool IsClosed { get; }

    /// <summary>The members in the order of their ids.</summary>
    public IReadOnlyList<long> Members => _members;

    /// <summary>Whether the user is a member.</summary>
    public bool Contains(long userId) => _set.Contains(userId);

    /// <summary>Whether the user is a member, and was one when the message of this sequence was stored.</summary>
    internal bool Hears(long userId, long sequence)
    {
        var index = Array.BinarySearch(_members, userId);
        return index >= 0 && HearsAt(index, sequence);
    }

    /// <summary>The members, in the order of <see cref="Members"/>.</summary>
    internal ReadOnlySpan<long> MemberIds => _members;

    /// <summary>Whether all members were members when the message of this sequence was stored.</summary>
    internal bool AllHear(long sequence) => sequence > _newestJoinedAfter;

    /// <summary>As <see cref="Hears"/>, for the member at a place among <see cref="Members"/>.</summary>
    internal bool HearsAt(int index, long sequence) => sequence > _joinings[index].JoinedAfter;

    /// <summary>What the user may do; null for who is no member.</summary>
    public GroupRole? RoleOf(long userId)
    {
        if (userId == OwnerId && userId != 0)
            return GroupRole.Owner;
        if (_managers.Contains(userId))
            return GroupRole.Manager;
        return _set.Contains(userId) ? GroupRole.Member : null;
    }

    /// <summary>A member; null for who is none.</summary>
    public GroupMembership? Find(long userId)
    {
        var index = Array.BinarySearch(_members, userId);
        return index < 0 ? null : At(index);
    }

    /// <summary>The members, with when and how they came, in the order of their ids.</summary>
    /// <param name="take">Most members to give.</param>
    public IReadOnlyList<GroupMembership> GetMemberships(int take = int.MaxValue)
    {
        var memberships = new GroupMembership[Math.Clamp(take, 0, _members.Length)];
        for (var i = 0; i < memberships.Length; i++)
            memberships[i] = At(i);
        return memberships;
    }

    /// <summary>The members with their roles in the order of their ids.</summary>
    /// <param name="take">Most members to give.</param>
    public IReadOnlyList<(long UserId, GroupRole Role)> GetRoster(int take = int.MaxValue)
    {
        var roster = new (long UserId, GroupRole Role)[Math.Clamp(take, 0, Members.Count)];
        for (var i = 0; i < roster.Length; i++)
            roster[i] = (Members[i], RoleOf(Members[i]) ?? GroupRole.Member);
        return roster;
    }

    private GroupMembership At(int index)
    {
        var userId = _members[index];
        var (joined, addedBy, _) = _joinings[index];
        return new(userId, RoleOf(userId) ?? GroupRole.Member, joined, addedBy);
    }
}
