using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <content>Founding, joining and leaving: one user's own doing.</content>
internal sealed partial class GroupStore
{
    private const string GroupCounter = "group";

    private const string CountOfUser = "SELECT count(*) FROM group_member WHERE project_id = ? AND user_id = ?";

    private const string WithJoining = "SELECT group_id, joined FROM group_member WHERE project_id = ? AND user_id = ?";

    private const string LastJoining = "SELECT max(joined) FROM group_member WHERE project_id = ? AND user_id = ?";

    public ValueTask<MembershipResult> FoundAsync(
        long projectId, long groupId, long userId, GroupLimits limits, long now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                var result = WhyNotFree(session.Database, projectId, groupId, userId, now);
                if (result != MembershipResult.Done)
                    return result;
                if (IsFull(session.Database, projectId, userId, limits))
                    return MembershipResult.TooManyGroups;
                session.Use(Make).Bind(projectId).Bind(groupId).Bind(now).Bind("").Bind("").Run();
                Enter(session, projectId, groupId, userId, GroupRole.Owner, now);
                return MembershipResult.Done;
            },
            cancellationToken);

    public ValueTask<(MembershipResult Result, long GroupId)> CreateAsync(
        long projectId, long wishedGroupId, long ownerId, string name, string description, GroupLimits limits, long now,
        CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (IsFull(session.Database, projectId, ownerId, limits))
                    return (MembershipResult.TooManyGroups, 0L);
                var groupId = wishedGroupId;
                while (groupId <= 0 || WhyNotFree(session.Database, projectId, groupId, ownerId, now) != MembershipResult.Done)
                    groupId = Counters.Next(session, projectId, GroupCounter, IGroupStore.FirstGroupId);
                session.Use(Make).Bind(projectId).Bind(groupId).Bind(now).Bind(name).Bind(description).Run();
                Enter(session, projectId, groupId, ownerId, GroupRole.Owner, now);
                return (MembershipResult.Done, groupId);
            },
            cancellationToken);

    public ValueTask<MembershipResult> JoinAsync(
        long projectId, long groupId, long userId, GroupLimits limits, bool evenIfClosed, long now,
        CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (Count(session.Database, Exists, projectId, groupId) == 0)
                    return MembershipResult.NoGroup;
                if (Has(session.Database, projectId, groupId, userId))
                    return MembershipResult.AlreadyMember;
                if (IsListed(session.Database, projectId, groupId, userId, now))
                    return MembershipResult.Banned;
                var rules = RulesOf(session.Database, projectId, groupId);
                if (rules.IsClosed && !evenIfClosed)
                    return MembershipResult.Closed;
                var limit = Stricter(limits.Members, rules.Capacity);
                if (limit > 0 && Count(session.Database, CountMembers, projectId, groupId) >= limit)
                    return MembershipResult.TooManyMembers;
                if (HasTooManyGroups(session.Database, projectId, userId, limits))
                    return MembershipResult.TooManyGroups;
                Enter(session, projectId, groupId, userId, GroupRole.Member, now);
                return MembershipResult.Done;
            },
            cancellationToken);

    public ValueTask<MembershipResult> LeaveAsync(long projectId, long groupId, long userId, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (Count(session.Database, Exists, projectId, groupId) == 0)
                    return MembershipResult.NoGroup;
                var role = RoleOf(session.Database, projectId, groupId, userId);
                if (role is null)
                    return MembershipResult.NotMember;
                session.Use(RemoveMember).Bind(projectId).Bind(groupId).Bind(userId).Run();
                if (Count(session.Database, CountMembers, projectId, groupId) == 0)
                    RemoveGroup(session, projectId, groupId);
                else if (role == GroupRole.Owner)
                    Succeed(session, projectId, groupId);
                return MembershipResult.Done;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<long>> GetGroupsInOrderOfJoiningAsync(
        long projectId, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<long>>(
            database =>
            {
                var groups = new List<(long Joined, long Id)>();
                using var rows = database.Use(WithJoining).Bind(projectId).Bind(userId);
                while (rows.Step())
                    groups.Add((rows.Int64(1), rows.Int64(0)));
                groups.Sort();
                return groups.ConvertAll(group => group.Id);
            },
            cancellationToken);

    private static void Enter(WriteSession session, long projectId, long groupId, long userId, GroupRole role, long now)
    {
        // a user joins one group after the other, also within a millisecond
        using (var row = session.Use(LastJoining).Bind(projectId).Bind(userId))
            now = row.Step() && !row.IsNull(0) ? Math.Max(now, row.Int64(0) + 1) : now;
        var head = session.Journal.HeadOf(ConversationKey.Group(projectId, groupId)).Sequence;
        session.Use(AddMember).Bind(projectId).Bind(groupId).Bind(userId).Bind(head).Bind(now).Bind((long)role).Run();
    }

    /// <summary>Why a user may not found a group of this number; <see cref="MembershipResult.Done"/> = the user may.</summary>
    private static MembershipResult WhyNotFree(SqliteDatabase database, long projectId, long groupId, long userId, long now)
    {
        if (Count(database, Exists, projectId, groupId) > 0)
            return MembershipResult.Exists;
        if (IsListed(database, projectId, groupId, userId, now))
            return MembershipResult.Banned;
        return RulesOf(database, projectId, groupId).IsClosed ? MembershipResult.Closed : MembershipResult.Done;
    }

    private static bool IsFull(SqliteDatabase database, long projectId, long userId, GroupLimits limits) =>
        (limits.GroupsOfProject > 0 && CountOfGroups(database, projectId) >= limits.GroupsOfProject)
        || HasTooManyGroups(database, projectId, userId, limits);

    private static bool HasTooManyGroups(SqliteDatabase database, long projectId, long userId, GroupLimits limits) =>
        limits.GroupsOfUser > 0 && Count(database, CountOfUser, projectId, userId) >= limits.GroupsOfUser;

    private static bool Has(SqliteDatabase database, long projectId, long groupId, long userId)
    {
        using var row = database.Use(IsMember).Bind(projectId).Bind(groupId).Bind(userId);
        return row.Step();
    }
}
