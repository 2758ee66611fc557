using System.Diagnostics.Metrics;

namespace Parley.Gateways.Connections;

/// <summary>How many connections of a gateway ended, by reason.</summary>
public sealed class ClosedConnections
{
    private readonly long[] _counts = new long[Enum.GetValues<CloseReason>().Length];

    /// <summary>One more ended.</summary>
    public void Add(CloseReason reason) => Interlocked.Increment(ref _counts[(int)reason]);

    /// <summary>The figures, one for each reason.</summary>
    public IEnumerable<Measurement<long>> Read() =>
        Enum.GetValues<CloseReason>().Where(static reason => reason != CloseReason.None).Select(reason =>
            new Measurement<long>(Volatile.Read(ref _counts[(int)reason]), new KeyValuePair<string, object?>("reason", reason.ToString())));
}
