using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Groups and their members.</summary>
internal sealed partial class GroupStore(StoreWriter writer, ReaderPool readers) : IGroupStore
{
    private const string Find = """
        SELECT open_info, private_info, name, description, created, notification, face_url, extra, kind, creator FROM chat_group
        WHERE project_id = ? AND group_id = ?
        """;

    private const string Members = """
        SELECT user_id, joined_after, role, joined, added_by FROM group_member
        WHERE project_id = ? AND group_id = ? ORDER BY user_id
        """;

    private const string Exists = "SELECT 1 FROM chat_group WHERE project_id = ? AND group_id = ?";

    private const string CountGroups = "SELECT count(*) FROM chat_group WHERE project_id = ?";

    private const string Make = """
        INSERT INTO chat_group (project_id, group_id, created, name, description, notification, face_url, extra, kind, creator)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string IsMember = "SELECT 1 FROM group_member WHERE project_id = ? AND group_id = ? AND user_id = ?";

    private const string CountMembers = "SELECT count(*) FROM group_member WHERE project_id = ? AND group_id = ?";

    private const string AddMember = """
        INSERT INTO group_member (project_id, group_id, user_id, joined_after, joined, role, added_by) VALUES (?, ?, ?, ?, ?, ?, ?)
        """;

    private const string RemoveMember = "DELETE FROM group_member WHERE project_id = ? AND group_id = ? AND user_id = ?";

    private const string RemoveAllMembers = "DELETE FROM group_member WHERE project_id = ? AND group_id = ?";

    private const string Remove = "DELETE FROM chat_group WHERE project_id = ? AND group_id = ?";

    private const string Mark = "INSERT OR IGNORE INTO dissolved_group (project_id, group_id) VALUES (?, ?)";

    private const string LiftMark = "DELETE FROM dissolved_group WHERE project_id = ? AND group_id = ?";

    private const string FindMark = "SELECT 1 FROM dissolved_group WHERE project_id = ? AND group_id = ?";

    private const string GroupsOf = "SELECT group_id FROM group_member WHERE project_id = ? AND user_id = ? ORDER BY group_id";

    private const string SetInfo = """
        UPDATE chat_group SET open_info = coalesce(?3, open_info), private_info = coalesce(?4, private_info)
        WHERE project_id = ?1 AND group_id = ?2
        """;

    public ValueTask<GroupRecord?> GetAsync(long projectId, long groupId, CancellationToken cancellationToken) =>
        readers.RunAsync(database => FindOne(database, projectId, groupId), cancellationToken);

    public ValueTask<AddMembersOutcome> AddMembersAsync(
        long projectId, long groupId, long addedBy, IReadOnlyList<long> userIds, int memberLimit, int groupLimit, long now,
        CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                var isNew = Count(session.Database, Exists, projectId, groupId) == 0;
                if (isNew && groupLimit > 0 && CountOfGroups(session.Database, projectId) >= groupLimit)
                    return Refusal(AddMembersResult.TooManyGroups);
                var joining = Missing(session.Database, projectId, groupId, userIds);
                if (joining.Exists(userId => IsListed(session.Database, projectId, groupId, userId, now)))
                    return Refusal(AddMembersResult.Banned);
                var limit = Stricter(memberLimit, RulesOf(session.Database, projectId, groupId).Capacity);
                if (limit > 0 && joining.Count > 0
                    && Count(session.Database, CountMembers, projectId, groupId) + joining.Count > limit)
                {
                    return Refusal(AddMembersResult.TooManyMembers);
                }
                if (isNew)
                    MakeGroup(session, projectId, groupId, "", "", new GroupFacts { CreatorId = addedBy, CreatedMs = now });
                var head = session.Journal.HeadOf(ConversationKey.Group(projectId, groupId)).Sequence;
                foreach (var userId in joining)
                {
                    session.Use(AddMember).Bind(projectId).Bind(groupId).Bind(userId).Bind(head).Bind(now)
                        .Bind((long)GroupRole.Member).Bind(addedBy).Run();
                }
                return new AddMembersOutcome(AddMembersResult.Added, joining);
            },
            cancellationToken);

    public async ValueTask<IReadOnlyList<long>> RemoveMembersAsync(
        long projectId, long groupId, IReadOnlyList<long> userIds, bool sparesOwner, CancellationToken cancellationToken)
    {
        if (userIds.Count == 0)
            return [];
        return await writer.RunAsync(
            session =>
            {
                var removed = new List<long>(userIds.Count);
                var isOrphaned = false;
                for (var i = 0; i < userIds.Count; i++)
                {
                    var role = RoleOf(session.Database, projectId, groupId, userIds[i]);
                    if (role is null || (role == GroupRole.Owner && sparesOwner))
                        continue;
                    session.Use(RemoveMember).Bind(projectId).Bind(groupId).Bind(userIds[i]).Run();
                    removed.Add(userIds[i]);
                    isOrphaned |= role == GroupRole.Owner;
                }
                if (isOrphaned)
                    Succeed(session, projectId, groupId);
                return removed;
            },
            cancellationToken);
    }

    public ValueTask<GroupRecord?> DeleteAsync(long projectId, long groupId, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                var group = FindOne(session.Database, projectId, groupId);
                RemoveGroup(session, projectId, groupId);
                return group;
            },
            cancellationToken);

    public ValueTask<bool> WasDissolvedAsync(long projectId, long groupId, CancellationToken cancellationToken) =>
        readers.RunAsync(database => Count(database, FindMark, projectId, groupId) > 0, cancellationToken);

    public ValueTask<IReadOnlyList<long>> GetGroupsOfAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<long>>(
            database =>
            {
                var groups = new List<long>();
                using var rows = database.Use(GroupsOf).Bind(projectId).Bind(userId);
                while (rows.Step())
                    groups.Add(rows.Int64(0));
                return groups;
            },
            cancellationToken);

    public ValueTask<bool> SetInfoAsync(
        long projectId, long groupId, string? openInfo, string? privateInfo, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(SetInfo).Bind(projectId).Bind(groupId).Bind(openInfo).Bind(privateInfo).Run();
                return session.Database.Changes > 0;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<(long GroupId, string OpenInfo)>> GetOpenInfosAsync(
        long projectId, IReadOnlyList<long> groupIds, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<(long GroupId, string OpenInfo)>>(
            database =>
            {
                var infos = new List<(long GroupId, string OpenInfo)>(groupIds.Count);
                for (var i = 0; i < groupIds.Count; i++)
                {
                    using var row = database.Use(Find).Bind(projectId).Bind(groupIds[i]);
                    if (row.Step())
                        infos.Add((groupIds[i], row.Text(0)));
                }
                return infos;
            },
            cancellationToken);

    private static GroupRecord? FindOne(SqliteDatabase database, long projectId, long groupId)
    {
        using var row = database.Use(Find).Bind(projectId).Bind(groupId);
        if (!row.Step())
            return null;
        return new GroupRecord(
            groupId, row.Text(0), row.Text(1), row.Text(2), row.Text(3), RulesOf(database, projectId, groupId),
            ReadFacts(row), MembersOf(database, projectId, groupId));
    }

    private static void RemoveGroup(WriteSession session, long projectId, long groupId)
    {
        session.Use(RemoveAllMembers).Bind(projectId).Bind(groupId).Run();
        session.Use(Remove).Bind(projectId).Bind(groupId).Run();
        if (session.Database.Changes > 0)
            session.Use(Mark).Bind(projectId).Bind(groupId).Run();
        session.Use(RemoveRules).Bind(projectId).Bind(groupId).Run();
        session.Use(BanStore.RemovePlace).Bind(projectId).Bind((long)BanScope.Group).Bind(groupId).Run();
    }

    private static void MakeGroup(
        WriteSession session, long projectId, long groupId, string name, string description, GroupFacts facts)
    {
        session.Use(LiftMark).Bind(projectId).Bind(groupId).Run();
        session.Use(Make).Bind(projectId).Bind(groupId).Bind(facts.CreatedMs).Bind(name).Bind(description).Bind(facts.Notification)
            .Bind(facts.FaceUrl).Bind(facts.Extra).Bind(facts.Kind).Bind(facts.CreatorId).Run();
    }

    private static GroupFacts ReadFacts(SqliteStatement row) => new()
    {
        CreatedMs = row.Int64(4),
        Notification = row.Text(5),
        FaceUrl = row.Text(6),
        Extra = row.Text(7),
        Kind = (int)row.Int64(8),
        CreatorId = row.Int64(9),
    };

    private static AddMembersOutcome Refusal(AddMembersResult result) => new(result, []);

    private static List<GroupMember> MembersOf(SqliteDatabase database, long projectId, long groupId)
    {
        var members = new List<GroupMember>();
        using var rows = database.Use(Members).Bind(projectId).Bind(groupId);
        while (rows.Step())
            members.Add(new GroupMember(rows.Int64(0), rows.Int64(1), (GroupRole)rows.Int64(2), rows.Int64(3), rows.Int64(4)));
        return members;
    }

    private static List<long> Missing(SqliteDatabase database, long projectId, long groupId, IReadOnlyList<long> userIds)
    {
        var missing = new List<long>(userIds.Count);
        var seen = new HashSet<long>(userIds.Count);
        for (var i = 0; i < userIds.Count; i++)
        {
            if (!seen.Add(userIds[i]))
                continue;
            using var row = database.Use(IsMember).Bind(projectId).Bind(groupId).Bind(userIds[i]);
            if (!row.Step())
                missing.Add(userIds[i]);
        }
        return missing;
    }

    private static long Count(SqliteDatabase database, string sql, long projectId, long groupId)
    {
        using var row = database.Use(sql).Bind(projectId).Bind(groupId);
        return row.Step() ? row.Int64(0) : 0;
    }

    private static long CountOfGroups(SqliteDatabase database, long projectId)
    {
        using var row = database.Use(CountGroups).Bind(projectId);
        return row.Step() ? row.Int64(0) : 0;
    }
}
