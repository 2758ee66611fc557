using System.Collections.Concurrent;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>Who is logged in through this gateway on this node, by session id.</summary>
internal sealed class SessionIndex
{
    private readonly ConcurrentDictionary<long, BeehiveSession> _sessions = new();

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<BeehiveSession> All => _sessions.Select(static pair => pair.Value);

    /// <summary>The session with an id; null when it is not logged in.</summary>
    public BeehiveSession? Find(long sessionId) => _sessions.GetValueOrDefault(sessionId);

    /// <summary>Puts a session in. Returns the one that had the id before, if any (beehive.md §9.3).</summary>
    public BeehiveSession? Put(BeehiveSession session)
    {
        while (true)
        {
            if (_sessions.TryAdd(session.SessionId, session))
                return null;
            if (_sessions.TryGetValue(session.SessionId, out var before) && _sessions.TryUpdate(session.SessionId, session, before))
                return before;
        }
    }

    /// <summary>Takes a session out; one that came after it stays.</summary>
    public void Remove(BeehiveSession session) => _sessions.TryRemove(new KeyValuePair<long, BeehiveSession>(session.SessionId, session));
}
