using Parley.Core.Projects;

namespace Parley.Bench.Serving;

/// <summary>What must be in the store before the server starts.</summary>
internal sealed class FixturePlan
{
    /// <summary>The length of a period in seconds.</summary>
    public const int PeriodSeconds = 300;

    /// <summary>Users who log in.</summary>
    public HashSet<long> Users { get; } = [];

    /// <summary>Groups with their members.</summary>
    public Dictionary<long, IReadOnlyList<long>> Groups { get; } = [];

    /// <summary>Peer-to-peer conversations with so many messages.</summary>
    public List<(long One, long Other, int Messages)> Conversations { get; } = [];

    /// <summary>The project's secret.</summary>
    public string Secret { get; } = ProjectDirectory.NewSecret();

    /// <summary>Whether a scenario signs with the secret.</summary>
    public bool NeedsSecret { get; set; }

    /// <summary>Whether a scenario connects to the GoIM msg_server.</summary>
    public bool NeedsGoIm { get; set; }

    /// <summary>Whether a scenario connects to the doors of beehive.</summary>
    public bool NeedsBeehive { get; set; }

    /// <summary>Periods of <see cref="PeriodSeconds"/> until now in which open sessions were counted.</summary>
    public int Periods { get; set; }

    /// <summary>Groups of one to three members, and of one or more messages, for the rankings.</summary>
    public int RankedGroups { get; set; }

    /// <summary>Whether users alone will do: only then a server that runs already can be used.</summary>
    public bool IsUsersOnly => Groups.Count == 0 && Conversations.Count == 0 && !NeedsSecret && !NeedsGoIm && !NeedsBeehive;
}
