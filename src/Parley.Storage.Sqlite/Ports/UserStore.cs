using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Core.Users;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Users: profile and small data here, devices, options and tokens in the other part.</summary>
internal sealed partial class UserStore(StoreWriter writer, ReaderPool readers) : IUserStore
{
    private const string Exists = "SELECT 1 FROM user WHERE project_id = ? AND user_id = ?";

    private const string Make = "INSERT OR IGNORE INTO user (project_id, user_id, broadcast_floor, created) VALUES (?, ?, ?, ?)";

    private const string FindProfile = """
        SELECT push_name, language, latitude, longitude, open_info, private_info, broadcast_floor FROM user
        WHERE project_id = ? AND user_id = ?
        """;

    private const string ChangeProfile = """
        UPDATE user SET push_name = coalesce(?3, push_name), language = coalesce(?4, language), latitude = coalesce(?5, latitude),
            longitude = coalesce(?6, longitude), open_info = coalesce(?7, open_info), private_info = coalesce(?8, private_info)
        WHERE project_id = ?1 AND user_id = ?2
        """;

    private const string FindData = "SELECT value FROM user_data WHERE project_id = ? AND user_id = ? AND space = ? AND key = ?";

    private const string SetData = """
        INSERT INTO user_data (project_id, user_id, space, key, value) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET value = excluded.value
        """;

    private const string RemoveData = "DELETE FROM user_data WHERE project_id = ? AND user_id = ? AND space = ? AND key = ?";

    public async ValueTask<bool> EnsureAsync(
        long projectId, long userId, long broadcastFloor, long now, CancellationToken cancellationToken)
    {
        return !await ExistsAsync(projectId, userId, cancellationToken) && await writer.RunAsync(
            session =>
            {
                session.Use(Make).Bind(projectId).Bind(userId).Bind(broadcastFloor).Bind(now).Run();
                return session.Database.Changes > 0;
            },
            cancellationToken);
    }

    public ValueTask<bool> ExistsAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                using var row = database.Use(Exists).Bind(projectId).Bind(userId);
                return row.Step();
            },
            cancellationToken);

    public ValueTask<UserProfile> GetProfileAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database => ReadProfile(database, projectId, userId) ?? new UserProfile { UserId = userId }, cancellationToken);

    public ValueTask<IReadOnlyList<UserProfile>> GetProfilesAsync(
        long projectId, IReadOnlyList<long> userIds, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<UserProfile>>(
            database =>
            {
                var profiles = new List<UserProfile>(userIds.Count);
                for (var i = 0; i < userIds.Count; i++)
                {
                    if (ReadProfile(database, projectId, userIds[i]) is { } profile)
                        profiles.Add(profile);
                }
                return profiles;
            },
            cancellationToken);

    public async ValueTask UpdateProfileAsync(
        long projectId, long userId, ProfileChange change, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                var floor = session.Journal.HeadOf(ConversationKey.Broadcast(projectId)).Sequence;
                session.Use(Make).Bind(projectId).Bind(userId).Bind(floor).Bind(session.Now).Run();
                session.Use(ChangeProfile).Bind(projectId).Bind(userId).Bind(change.PushName).Bind(change.Language)
                    .Bind(change.Position?.Latitude).Bind(change.Position?.Longitude).Bind(change.OpenInfo).Bind(change.PrivateInfo)
                    .Run();
            },
            cancellationToken);

    public ValueTask<string?> GetDataAsync(
        long projectId, long userId, string space, string key, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                using var row = database.Use(FindData).Bind(projectId).Bind(userId).Bind(space).Bind(key);
                return row.Step() ? row.Text(0) : null;
            },
            cancellationToken);

    public async ValueTask SetDataAsync(
        long projectId, long userId, string space, string key, string? value, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                var statement = session.Use(value is null ? RemoveData : SetData).Bind(projectId).Bind(userId).Bind(space).Bind(key);
                if (value is not null)
                    statement.Bind(value);
                statement.Run();
            },
            cancellationToken);

    private static UserProfile? ReadProfile(SqliteDatabase database, long projectId, long userId)
    {
        using var row = database.Use(FindProfile).Bind(projectId).Bind(userId);
        if (!row.Step())
            return null;
        return new UserProfile
        {
            UserId = userId,
            PushName = row.Text(0),
            Language = row.Text(1),
            Position = row.IsNull(2) || row.IsNull(3) ? null : new GeoPosition(row.Double(2), row.Double(3)),
            OpenInfo = row.Text(4),
            PrivateInfo = row.Text(5),
            BroadcastFloor = row.Int64(6),
        };
    }
}
