namespace Parley.Bench.Serving;

/// <summary>What must be in the store before the server starts.</summary>
internal sealed class FixturePlan
{
    /// <summary>Users who log in.</summary>
    public HashSet<long> Users { get; } = [];

    /// <summary>Groups with their members.</summary>
    public Dictionary<long, IReadOnlyList<long>> Groups { get; } = [];

    /// <summary>Peer-to-peer conversations with so many messages.</summary>
    public List<(long One, long Other, int Messages)> Conversations { get; } = [];

    /// <summary>Whether users alone will do: only then a server that runs already can be used.</summary>
    public bool IsUsersOnly => Groups.Count == 0 && Conversations.Count == 0;
}
