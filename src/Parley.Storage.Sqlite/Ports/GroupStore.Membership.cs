using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <content>Founding, joining and leaving: one user's own doing.</content>
internal sealed partial class GroupStore
{
    private const string CountOfUser = "SELECT count(*) FROM group_member WHERE project_id = ? AND user_id = ?";

    private const string WithJoining = "SELECT group_id, joined FROM group_member WHERE project_id = ? AND user_id = ?";

    private const string LastJoining = "SELECT max(joined) FROM group_member WHERE project_id = ? AND user_id = ?";

    public ValueTask<MembershipResult> FoundAsync(
        long projectId, long groupId, long userId, GroupLimits limits, long now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (Count(session.Database, Exists, projectId, groupId) > 0)
                    return MembershipResult.Exists;
                if (limits.GroupsOfProject > 0 && CountOfGroups(session.Database, projectId) >= limits.GroupsOfProject)
                    return MembershipResult.TooManyGroups;
                if (HasTooManyGroups(session.Database, projectId, userId, limits))
                    return MembershipResult.TooManyGroups;
                session.Use(Make).Bind(projectId).Bind(groupId).Bind(now).Run();
                Enter(session, projectId, groupId, userId, now);
                return MembershipResult.Done;
            },
            cancellationToken);

    public ValueTask<MembershipResult> JoinAsync(
        long projectId, long groupId, long userId, GroupLimits limits, long now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (Count(session.Database, Exists, projectId, groupId) == 0)
                    return MembershipResult.NoGroup;
                if (Has(session.Database, projectId, groupId, userId))
                    return MembershipResult.AlreadyMember;
                if (limits.Members > 0 && Count(session.Database, CountMembers, projectId, groupId) >= limits.Members)
                    return MembershipResult.TooManyMembers;
                if (HasTooManyGroups(session.Database, projectId, userId, limits))
                    return MembershipResult.TooManyGroups;
                Enter(session, projectId, groupId, userId, now);
                return MembershipResult.Done;
            },
            cancellationToken);

    public ValueTask<MembershipResult> LeaveAsync(long projectId, long groupId, long userId, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (Count(session.Database, Exists, projectId, groupId) == 0)
                    return MembershipResult.NoGroup;
                if (!Has(session.Database, projectId, groupId, userId))
                    return MembershipResult.NotMember;
                session.Use(RemoveMember).Bind(projectId).Bind(groupId).Bind(userId).Run();
                if (Count(session.Database, CountMembers, projectId, groupId) == 0)
                    RemoveGroup(session, projectId, groupId);
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

    private static void Enter(WriteSession session, long projectId, long groupId, long userId, long now)
    {
        // a user joins one group after the other, also within a millisecond
        using (var row = session.Use(LastJoining).Bind(projectId).Bind(userId))
            now = row.Step() && !row.IsNull(0) ? Math.Max(now, row.Int64(0) + 1) : now;
        var head = session.Journal.HeadOf(ConversationKey.Group(projectId, groupId)).Sequence;
        session.Use(AddMember).Bind(projectId).Bind(groupId).Bind(userId).Bind(head).Bind(now).Run();
    }

    private static bool HasTooManyGroups(SqliteDatabase database, long projectId, long userId, GroupLimits limits) =>
        limits.GroupsOfUser > 0 && Count(database, CountOfUser, projectId, userId) >= limits.GroupsOfUser;

    private static bool Has(SqliteDatabase database, long projectId, long groupId, long userId)
    {
        using var row = database.Use(IsMember).Bind(projectId).Bind(groupId).Bind(userId);
        return row.Step();
    }
}
