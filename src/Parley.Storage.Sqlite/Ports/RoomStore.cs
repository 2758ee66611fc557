using Parley.Core.Rooms;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Texts about rooms.</summary>
internal sealed class RoomStore(StoreWriter writer, ReaderPool readers) : IRoomStore
{
    private const string Find = "SELECT open_info, private_info FROM room WHERE project_id = ? AND room_id = ?";

    private const string Set = """
        INSERT INTO room (project_id, room_id, open_info, private_info) VALUES (?1, ?2, coalesce(?3, ''), coalesce(?4, ''))
        ON CONFLICT DO UPDATE SET open_info = coalesce(?3, open_info), private_info = coalesce(?4, private_info)
        """;

    public ValueTask<RoomInfo> GetInfoAsync(long projectId, long roomId, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                using var row = database.Use(Find).Bind(projectId).Bind(roomId);
                return row.Step() ? new RoomInfo(row.Text(0), row.Text(1)) : new RoomInfo("", "");
            },
            cancellationToken);

    public async ValueTask SetInfoAsync(
        long projectId, long roomId, string? openInfo, string? privateInfo, CancellationToken cancellationToken)
    {
        if (openInfo is null && privateInfo is null)
            return;
        await writer.RunAsync(
            session =>
            {
                session.Use(Set).Bind(projectId).Bind(roomId).Bind(openInfo).Bind(privateInfo).Run();
                return true;
            },
            cancellationToken);
    }
}
