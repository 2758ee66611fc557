using Parley.Core.Relations;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Friends and blocks.</summary>
internal sealed class RelationStore(StoreWriter writer, ReaderPool readers) : IRelationStore
{
    private const string Add = "INSERT OR IGNORE INTO relation (project_id, kind, user_id, peer_id, created) VALUES (?, ?, ?, ?, ?)";

    private const string Remove = "DELETE FROM relation WHERE project_id = ? AND kind = ? AND user_id = ? AND peer_id = ?";

    private const string List = "SELECT peer_id FROM relation WHERE project_id = ? AND kind = ? AND user_id = ? ORDER BY peer_id";

    private const string ListWithTimes = """
        SELECT peer_id, created FROM relation WHERE project_id = ? AND kind = ? AND user_id = ? ORDER BY peer_id
        """;

    private const string Count = "SELECT count(*) FROM relation WHERE project_id = ? AND kind = ? AND user_id = ?";

    private const string Has = "SELECT 1 FROM relation WHERE project_id = ? AND kind = ? AND user_id = ? AND peer_id = ?";

    public ValueTask<IReadOnlyList<long>?> AddAsync(
        long projectId, RelationKind kind, long userId, IReadOnlyList<long> peers, int limit, CancellationToken cancellationToken) =>
        writer.RunAsync<IReadOnlyList<long>?>(
            session =>
            {
                var missing = new List<long>();
                var seen = new HashSet<long>(peers.Count);
                for (var i = 0; i < peers.Count; i++)
                {
                    if (seen.Add(peers[i]) && !IsThere(session, projectId, kind, userId, peers[i]))
                        missing.Add(peers[i]);
                }
                if (limit > 0 && missing.Count > 0 && CountOf(session, projectId, kind, userId) + missing.Count > limit)
                    return null;
                foreach (var peer in missing)
                    AddOne(session, projectId, kind, userId, peer);
                return missing;
            },
            cancellationToken);

    public async ValueTask RemoveAsync(
        long projectId, RelationKind kind, long userId, IReadOnlyList<long> peers, CancellationToken cancellationToken)
    {
        if (peers.Count == 0)
            return;
        await writer.RunAsync(
            session =>
            {
                for (var i = 0; i < peers.Count; i++)
                    session.Use(Remove).Bind(projectId).Bind((long)kind).Bind(userId).Bind(peers[i]).Run();
            },
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<long>> GetAsync(
        long projectId, RelationKind kind, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<long>>(
            database =>
            {
                var peers = new List<long>();
                using var rows = database.Use(List).Bind(projectId).Bind((long)kind).Bind(userId);
                while (rows.Step())
                    peers.Add(rows.Int64(0));
                return peers;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<(long PeerId, long CreatedMs)>> GetWithTimesAsync(
        long projectId, RelationKind kind, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<(long PeerId, long CreatedMs)>>(
            database =>
            {
                var peers = new List<(long PeerId, long CreatedMs)>();
                using var rows = database.Use(ListWithTimes).Bind(projectId).Bind((long)kind).Bind(userId);
                while (rows.Step())
                    peers.Add((rows.Int64(0), rows.Int64(1)));
                return peers;
            },
            cancellationToken);

    public ValueTask<bool?> BefriendAsync(long projectId, long userId, long peerId, int limit, CancellationToken cancellationToken) =>
        writer.RunAsync<bool?>(
            session =>
            {
                var wasFriend = IsThere(session, projectId, RelationKind.Friend, userId, peerId);
                var wasFriendOfPeer = IsThere(session, projectId, RelationKind.Friend, peerId, userId);
                if ((!wasFriend && IsFull(session, projectId, userId, limit)) || (!wasFriendOfPeer && IsFull(session, projectId, peerId, limit)))
                    return null;
                AddOne(session, projectId, RelationKind.Friend, userId, peerId);
                AddOne(session, projectId, RelationKind.Friend, peerId, userId);
                FriendRequestStore.RemoveBetween(session, projectId, userId, peerId);
                return wasFriend;
            },
            cancellationToken);

    /// <summary>Adds one edge inside another operation; a present one is passed over.</summary>
    public static void AddOne(WriteSession session, long projectId, RelationKind kind, long userId, long peer) =>
        session.Use(Add).Bind(projectId).Bind((long)kind).Bind(userId).Bind(peer).Bind(session.Now).Run();

    private static bool IsFull(WriteSession session, long projectId, long userId, int limit) =>
        limit > 0 && CountOf(session, projectId, RelationKind.Friend, userId) >= limit;

    /// <summary>Whether there is an edge, inside another operation.</summary>
    public static bool IsThere(WriteSession session, long projectId, RelationKind kind, long userId, long peer)
    {
        using var row = session.Use(Has).Bind(projectId).Bind((long)kind).Bind(userId).Bind(peer);
        return row.Step();
    }

    private static long CountOf(WriteSession session, long projectId, RelationKind kind, long userId)
    {
        using var row = session.Use(Count).Bind(projectId).Bind((long)kind).Bind(userId);
        return row.Step() ? row.Int64(0) : 0;
    }
}
