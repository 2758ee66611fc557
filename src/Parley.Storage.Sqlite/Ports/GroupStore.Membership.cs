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
                MakeGroup(session, projectId, groupId, "", "", new GroupFacts { CreatorId = userId, CreatedMs = now });
                Enter(session, projectId, groupId, userId, GroupRole.Owner, userId, now);
                return MembershipResult.Done;
            },
            cancellationToken);

    public ValueTask<CreationOutcome> CreateAsync(
        long projectId, long wishedGroupId, GroupDraft draft, GroupLimits limits, long now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (IsFull(session.Database, projectId, draft.OwnerId, limits))
                    return new CreationOutcome(MembershipResult.TooManyGroups, 0, []);
                var groupId = wishedGroupId;
                while (groupId <= 0 || WhyNotFree(session.Database, projectId, groupId, draft.OwnerId, now) != MembershipResult.Done)
                    groupId = Counters.Next(session, projectId, GroupCounter, IGroupStore.FirstGroupId);
                var joining = Joining(session.Database, projectId, groupId, draft, limits, now);
                var limit = Stricter(limits.Members, RulesOf(session.Database, projectId, groupId).Capacity);
                if (joining.Count > 0 && limit > 0 && joining.Count >= limit)
                    return new CreationOutcome(MembershipResult.TooManyMembers, 0, []);
                var facts = draft.Facts with
                {
                    CreatorId = draft.Facts.CreatorId == 0 ? draft.OwnerId : draft.Facts.CreatorId,
                    CreatedMs = draft.Facts.CreatedMs == 0 ? now : draft.Facts.CreatedMs,
                };
                MakeGroup(session, projectId, groupId, draft.Name, draft.Description, facts);
                Enter(session, projectId, groupId, draft.OwnerId, GroupRole.Owner, facts.CreatorId, now);
                foreach (var (userId, role) in joining)
                    Enter(session, projectId, groupId, userId, role, facts.CreatorId, now);
                return new CreationOutcome(MembershipResult.Done, groupId, joining.ConvertAll(member => member.UserId));
            },
            cancellationToken);

    public ValueTask<MembershipResult> JoinAsync(
        long projectId, long groupId, long userId, long addedBy, GroupLimits limits, bool evenIfClosed, long now,
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
                Enter(session, projectId, groupId, userId, GroupRole.Member, addedBy, now);
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

    /// <summary>Those of a draft's members who may join beside the owner, each once, in the order asked for.</summary>
    private static List<(long UserId, GroupRole Role)> Joining(
        SqliteDatabase database, long projectId, long groupId, GroupDraft draft, GroupLimits limits, long now)
    {
        var joining = new List<(long UserId, GroupRole Role)>(draft.Members.Count);
        var seen = new HashSet<long> { draft.OwnerId };
        foreach (var (userId, role) in draft.Members)
        {
            if (role == GroupRole.Owner || !seen.Add(userId) || IsListed(database, projectId, groupId, userId, now)
                || HasTooManyGroups(database, projectId, userId, limits))
            {
                continue;
            }
            joining.Add((userId, role));
        }
        return joining;
    }

    private static void Enter(
        WriteSession session, long projectId, long groupId, long userId, GroupRole role, long addedBy, long now)
    {
        // a user joins one group after the other, also within a millisecond
        using (var row = session.Use(LastJoining).Bind(projectId).Bind(userId))
            now = row.Step() && !row.IsNull(0) ? Math.Max(now, row.Int64(0) + 1) : now;
        var head = session.Journal.HeadOf(ConversationKey.Group(projectId, groupId)).Sequence;
        session.Use(AddMember).Bind(projectId).Bind(groupId).Bind(userId).Bind(head).Bind(now).Bind((long)role).Bind(addedBy).Run();
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
