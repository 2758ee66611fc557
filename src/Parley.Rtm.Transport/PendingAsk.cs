namespace Parley.Rtm.Transport;

/// <summary>A quest that waits for its answer.</summary>
internal sealed class PendingAsk(string method, TimeSpan timeout, long deadline)
    : TaskCompletionSource<FpnnAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The method name, for the exception.</summary>
    public string Method { get; } = method;

    /// <summary>How long it may wait.</summary>
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>The timestamp of the connection's clock at which the time is over.</summary>
    public long Deadline { get; } = deadline;
}
