using System.Collections.Frozen;

namespace Parley.Core.Groups;

/// <summary>A group as it stood when it was read; never changes.</summary>
public sealed class Group
{
    private readonly FrozenSet<long> _set;
    private readonly FrozenSet<long> _managers;

    internal Group(GroupRecord record)
    {
        GroupId = record.GroupId;
        OpenInfo = record.OpenInfo;
        PrivateInfo = record.PrivateInfo;
        Name = record.Name;
        Description = record.Description;
        Capacity = record.Rules.Capacity;
        IsClosed = record.Rules.IsClosed;
        var members = new long[record.Members.Count];
        var managers = new List<long>();
        for (var i = 0; i < members.Length; i++)
        {
            var member = record.Members[i];
            members[i] = member.UserId;
            if (member.Role == GroupRole.Owner)
                OwnerId = member.UserId;
            else if (member.Role == GroupRole.Manager)
                managers.Add(member.UserId);
        }
        Members = members;
        _set = members.ToFrozenSet();
        _managers = managers.ToFrozenSet();
    }

    /// <summary>The group.</summary>
    public long GroupId { get; }

    /// <summary>What it is called; "" = nothing.</summary>
    public string Name { get; }

    /// <summary>What it is about; "" = nothing was said.</summary>
    public string Description { get; }

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
    public IReadOnlyList<long> Members { get; }

    /// <summary>Whether the user is a member.</summary>
    public bool Contains(long userId) => _set.Contains(userId);

    /// <summary>What the user may do; null for who is no member.</summary>
    public GroupRole? RoleOf(long userId)
    {
        if (userId == OwnerId && userId != 0)
            return GroupRole.Owner;
        if (_managers.Contains(userId))
            return GroupRole.Manager;
        return _set.Contains(userId) ? GroupRole.Member : null;
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
}
