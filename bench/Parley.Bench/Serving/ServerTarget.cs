using System.Globalization;
using System.Net;
using Parley.Bench.Measuring;

namespace Parley.Bench.Serving;

/// <summary>A server under load.</summary>
/// <param name="Gate">Its client gate.</param>
/// <param name="ProjectId">The project of the users.</param>
/// <param name="Tokens">Login tokens by user.</param>
/// <param name="ProcessId">Its process; 0 = not known.</param>
/// <param name="Web">Its web door, for <c>/metrics</c>; null = not known.</param>
internal sealed record ServerTarget(IPEndPoint Gate, long ProjectId, IReadOnlyDictionary<long, string> Tokens, int ProcessId, IPEndPoint? Web)
{
    private const string CommitSum = "parley_store_commit_size_sum ";
    private const string CommitCount = "parley_store_commit_size_count ";

    /// <summary>Its server gate; null = not known.</summary>
    public IPEndPoint? BackEndGate { get; init; }

    /// <summary>Its GoIM msg_server; null = not known.</summary>
    public IPEndPoint? GoImDoor { get; init; }

    /// <summary>Its beehive listend over TCP; null = not known.</summary>
    public IPEndPoint? BeehiveDoor { get; init; }

    /// <summary>Its HTTP interface of beehive; null = not known.</summary>
    public IPEndPoint? BeehiveHttp { get; init; }

    /// <summary>Its API of OpenIM; null = not known.</summary>
    public IPEndPoint? OpenImApi { get; init; }

    /// <summary>The project's secret; "" = not known.</summary>
    public string Secret { get; init; } = "";

    /// <summary>What the server's process has used so far.</summary>
    public ProcessUsage? Usage() => ProcessId == 0 ? null : ProcessUsage.Read(ProcessId);

    /// <summary>Operations and commits of the server's store so far; zeros when it does not tell.</summary>
    public async Task<(double Operations, double Commits)> CommitsAsync(CancellationToken cancellationToken)
    {
        if (Web is null)
            return default;
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://{Web}/metrics"), cancellationToken);
        var (operations, commits) = (0.0, 0.0);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(CommitSum, StringComparison.Ordinal))
                operations = double.Parse(line[CommitSum.Length..], CultureInfo.InvariantCulture);
            else if (line.StartsWith(CommitCount, StringComparison.Ordinal))
                commits = double.Parse(line[CommitCount.Length..], CultureInfo.InvariantCulture);
        }
        return (operations, commits);
    }
}
