using Parley.Core.Users;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Devices, options for mobile notifications, login tokens.</summary>
internal sealed partial class UserStore
{
    private const string AddDevice = """
        INSERT INTO device (project_id, user_id, token, platform, device_type) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET platform = excluded.platform, device_type = excluded.device_type
        """;

    private const string RemoveDevice = "DELETE FROM device WHERE project_id = ? AND user_id = ? AND token = ?";

    private const string ListDevices = """
        SELECT token, platform, device_type FROM device WHERE project_id = ? AND user_id = ? ORDER BY token
        """;

    private const string ListMutes = """
        SELECT kind, target_id, types FROM mute WHERE project_id = ? AND user_id = ? ORDER BY kind, target_id
        """;

    private const string FindMute = "SELECT types FROM mute WHERE project_id = ? AND user_id = ? AND kind = ? AND target_id = ?";

    private const string SetMute = """
        INSERT INTO mute (project_id, user_id, kind, target_id, types) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET types = excluded.types
        """;

    private const string RemoveMute = "DELETE FROM mute WHERE project_id = ? AND user_id = ? AND kind = ? AND target_id = ?";

    private const string AddToken = """
        INSERT INTO token (project_id, user_id, hash, expires) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET expires = excluded.expires
        """;

    private const string FindToken = "SELECT expires FROM token WHERE project_id = ? AND user_id = ? AND hash = ?";

    private const string RemoveTokens = "DELETE FROM token WHERE project_id = ? AND user_id = ?";

    private const string PurgeTokens = """
        DELETE FROM token WHERE (project_id, user_id, hash) IN
            (SELECT project_id, user_id, hash FROM token WHERE expires < ? ORDER BY expires LIMIT ?)
        """;

    /// <summary>The greatest message type there is.</summary>
    private const int LastType = 127;

    public async ValueTask AddDeviceAsync(long projectId, long userId, Device device, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(AddDevice).Bind(projectId).Bind(userId).Bind(device.Token).Bind(device.Platform).Bind(device.DeviceType)
                    .Run();
            },
            cancellationToken);

    public async ValueTask RemoveDeviceAsync(long projectId, long userId, string token, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(RemoveDevice).Bind(projectId).Bind(userId).Bind(token).Run();
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<Device>> GetDevicesAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<Device>>(
            database =>
            {
                var devices = new List<Device>();
                using var rows = database.Use(ListDevices).Bind(projectId).Bind(userId);
                while (rows.Step())
                    devices.Add(new Device(rows.Text(0), rows.Text(1), rows.Text(2)));
                return devices;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<UserDevice>> GetDevicesOfAsync(
        long projectId, IReadOnlyList<long> userIds, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<UserDevice>>(
            database =>
            {
                var devices = new List<UserDevice>();
                for (var i = 0; i < userIds.Count; i++)
                {
                    using var rows = database.Use(ListDevices).Bind(projectId).Bind(userIds[i]);
                    while (rows.Step())
                        devices.Add(new(userIds[i], new Device(rows.Text(0), rows.Text(1), rows.Text(2))));
                }
                return devices;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<long>> GetMutedAsync(
        long projectId, IReadOnlyList<long> userIds, int kind, long id, byte type, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<long>>(
            database =>
            {
                var muted = new List<long>();
                for (var i = 0; i < userIds.Count; i++)
                {
                    using var row = database.Use(FindMute).Bind(projectId).Bind(userIds[i]).Bind(kind).Bind(id);
                    if (row.Step() && (row.IsNull(0) || row.Span(0).IsEmpty || row.Span(0).Contains(type)))
                        muted.Add(userIds[i]);
                }
                return muted;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<MuteOption>> GetMuteOptionsAsync(
        long projectId, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<MuteOption>>(
            database =>
            {
                var options = new List<MuteOption>();
                using var rows = database.Use(ListMutes).Bind(projectId).Bind(userId);
                while (rows.Step())
                    options.Add(new MuteOption((int)rows.Int64(0), rows.Int64(1), rows.Bytes(2)));
                return options;
            },
            cancellationToken);

    public async ValueTask SetMuteOptionAsync(
        long projectId, long userId, MuteOption option, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                Set(session.Database, projectId, userId, option, [.. option.Types]);
            },
            cancellationToken);

    public async ValueTask RemoveMuteOptionAsync(
        long projectId, long userId, MuteOption option, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                RemoveTypes(session.Database, projectId, userId, option);
            },
            cancellationToken);

    public async ValueTask AddTokenAsync(
        long projectId, long userId, ReadOnlyMemory<byte> hash, long expires, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(AddToken).Bind(projectId).Bind(userId).Bind(hash.Span).Bind(expires).Run();
            },
            cancellationToken);

    public ValueTask<long> FindTokenAsync(
        long projectId, long userId, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                using var row = database.Use(FindToken).Bind(projectId).Bind(userId).Bind(hash.Span);
                return row.Step() ? row.Int64(0) : 0;
            },
            cancellationToken);

    public async ValueTask RemoveTokensAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(RemoveTokens).Bind(projectId).Bind(userId).Run();
            },
            cancellationToken);

    public ValueTask<int> PurgeTokensAsync(long now, int limit, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(PurgeTokens).Bind(now).Bind(Math.Max(0, limit)).Run();
                return session.Database.Changes;
            },
            cancellationToken);

    private static void Set(SqliteDatabase database, long projectId, long userId, MuteOption option, byte[] types) =>
        database.Use(SetMute).Bind(projectId).Bind(userId).Bind(option.Kind).Bind(option.Id).Bind(types).Run();

    /// <summary>Of an option for all types, all but the removed ones are left; an option that would have none left is gone.</summary>
    private static void RemoveTypes(SqliteDatabase database, long projectId, long userId, MuteOption option)
    {
        var left = new List<byte>();
        if (option.Types.Count > 0)
        {
            using var row = database.Use(FindMute).Bind(projectId).Bind(userId).Bind(option.Kind).Bind(option.Id);
            if (!row.Step())
                return;
            if (row.IsNull(0))
                left.AddRange(Enumerable.Range(1, LastType).Select(type => (byte)type));
            else
                left.AddRange(row.Span(0));
            left.RemoveAll(option.Types.Contains);
        }
        if (left.Count > 0)
            Set(database, projectId, userId, option, [.. left]);
        else
            database.Use(RemoveMute).Bind(projectId).Bind(userId).Bind(option.Kind).Bind(option.Id).Run();
    }
}
