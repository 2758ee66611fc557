using Parley.Core.Messaging;
using Parley.Core.Relations;
using Parley.Core.Storage;
using Parley.Core.Users;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Registered users: a row of table user each, with one of table person when something was told about them.</summary>
internal sealed class PersonStore(StoreWriter writer, ReaderPool readers) : IPersonStore
{
    private const string Find = """
        SELECT u.created, p.nickname, p.face_url, p.gender, p.phone, p.birth_text, p.birth, p.email, p.extra, p.level
        FROM user u LEFT JOIN person p ON p.project_id = u.project_id AND p.user_id = u.user_id
        WHERE u.project_id = ? AND u.user_id = ?
        """;

    private const string Put = """
        INSERT INTO person (project_id, user_id, nickname, face_url, gender, phone, birth_text, birth, email, extra, level)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (project_id, user_id) DO UPDATE SET
            nickname = excluded.nickname, face_url = excluded.face_url, gender = excluded.gender, phone = excluded.phone,
            birth_text = excluded.birth_text, birth = excluded.birth, email = excluded.email, extra = excluded.extra,
            level = excluded.level
        """;

    private const string Page = """
        SELECT created, user_id FROM user WHERE project_id = ? AND (created, user_id) > (?, ?) ORDER BY created, user_id LIMIT ?
        """;

    private const string Remove = "DELETE FROM user WHERE project_id = ? AND user_id = ?";

    private const string GroupsOf = "SELECT group_id FROM group_member WHERE project_id = ? AND user_id = ? ORDER BY group_id";

    private const string EdgesTo = "SELECT kind, user_id FROM relation WHERE project_id = ? AND peer_id = ?";

    private const string RemovePerson = "DELETE FROM person WHERE project_id = ? AND user_id = ?";

    private const string RemoveMemberships = "DELETE FROM group_member WHERE project_id = ? AND user_id = ?";

    private const string RemoveEdges = "DELETE FROM relation WHERE project_id = ? AND user_id = ? AND kind = ?";

    private const string RemoveEdgesTo = "DELETE FROM relation WHERE project_id = ? AND peer_id = ?";

    private const string RemoveRequestsTo = "DELETE FROM friend_request WHERE project_id = ? AND receiver = ?";

    private const string RemoveRequests = "DELETE FROM friend_request WHERE project_id = ? AND sender = ?";

    private const string RemoveTokens = "DELETE FROM token WHERE project_id = ? AND user_id = ?";

    private const string RemoveDevices = "DELETE FROM device WHERE project_id = ? AND user_id = ?";

    private const string RemoveMutes = "DELETE FROM mute WHERE project_id = ? AND user_id = ?";

    private const string RemoveData = "DELETE FROM user_data WHERE project_id = ? AND user_id = ?";

    private static readonly string[] Removals =
    [
        RemovePerson, RemoveMemberships, RemoveEdgesTo, RemoveRequestsTo, RemoveRequests, RemoveTokens, RemoveDevices, RemoveMutes,
        RemoveData,
    ];

    public ValueTask<bool> AddAsync(
        long projectId, long userId, PersonProfile profile, long now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                var floor = session.Journal.HeadOf(ConversationKey.Broadcast(projectId)).Sequence;
                session.Use(UserStore.Make).Bind(projectId).Bind(userId).Bind(floor).Bind(now).Run();
                if (session.Database.Changes == 0)
                    return false;
                Save(session, projectId, userId, profile);
                return true;
            },
            cancellationToken);

    public ValueTask<RegisteredUser?> FindAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync(database => Read(database, projectId, userId), cancellationToken);

    public ValueTask<bool> ChangeAsync(
        long projectId, long userId, Func<PersonProfile, PersonProfile> change, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (Read(session.Database, projectId, userId) is not { } user)
                    return false;
                var changed = change(user.Profile);
                if (changed != user.Profile)
                    Save(session, projectId, userId, changed);
                return true;
            },
            cancellationToken);

    public ValueTask<UserRemoval?> RemoveAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(Remove).Bind(projectId).Bind(userId).Run();
                if (session.Database.Changes == 0)
                    return null;
                var removal = LookAround(session, projectId, userId);
                foreach (var sql in Removals)
                    session.Use(sql).Bind(projectId).Bind(userId).Run();
                foreach (var kind in Enum.GetValues<RelationKind>())
                    session.Use(RemoveEdges).Bind(projectId).Bind(userId).Bind((long)kind).Run();
                return removal;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<UserPlace>> GetPageAsync(
        long projectId, UserPlace after, int take, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<UserPlace>>(
            database =>
            {
                var page = new List<UserPlace>();
                using var rows = database.Use(Page).Bind(projectId).Bind(after.CreatedMs).Bind(after.UserId).Bind(Math.Max(0, take));
                while (rows.Step())
                    page.Add(new(rows.Int64(0), rows.Int64(1)));
                return page;
            },
            cancellationToken);

    private static UserRemoval? LookAround(WriteSession session, long projectId, long userId)
    {
        var groups = new List<long>();
        using (var rows = session.Use(GroupsOf).Bind(projectId).Bind(userId))
        {
            while (rows.Step())
                groups.Add(rows.Int64(0));
        }
        var peers = new List<UserEdge>();
        using (var rows = session.Use(EdgesTo).Bind(projectId).Bind(userId))
        {
            while (rows.Step())
                peers.Add(new((RelationKind)rows.Int64(0), rows.Int64(1)));
        }
        return new(groups, peers);
    }

    private static void Save(WriteSession session, long projectId, long userId, PersonProfile profile) =>
        session.Use(Put).Bind(projectId).Bind(userId).Bind(profile.Nickname).Bind(profile.FaceUrl).Bind(profile.Gender)
            .Bind(profile.Phone).Bind(profile.BirthText).Bind(profile.Birth).Bind(profile.Email).Bind(profile.Extra).Bind(profile.Level)
            .Run();

    private static RegisteredUser? Read(SqliteDatabase database, long projectId, long userId)
    {
        using var row = database.Use(Find).Bind(projectId).Bind(userId);
        if (!row.Step())
            return null;
        var profile = row.IsNull(9) ? PersonProfile.Empty : new PersonProfile
        {
            Nickname = row.Text(1),
            FaceUrl = row.Text(2),
            Gender = (int)row.Int64(3),
            Phone = row.Text(4),
            BirthText = row.Text(5),
            Birth = row.Int64(6),
            Email = row.Text(7),
            Extra = row.Text(8),
            Level = (int)row.Int64(9),
        };
        return new(userId, profile, row.Int64(0));
    }
}
