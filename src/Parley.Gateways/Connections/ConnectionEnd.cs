namespace Parley.Gateways.Connections;

/// <summary>
/// How a connection ends: in order, when what was taken is answered and flushed, or at once, which also cuts an orderly end short. Any
/// thread may end it. The first reason counts, and is told once.
/// </summary>
/// <param name="told">Hears of the reason.</param>
public sealed class ConnectionEnd(Action<CloseReason> told)
{
    private const int InOrder = 1;
    private const int AtOnce = 2;

    private TaskCompletionSource? _begun;
    private int _state;
    private int _reason;

    /// <summary>How long answers and flushing may take, each, when a connection ends in order.</summary>
    public static TimeSpan FlushTime { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the connection ends or has ended.</summary>
    public bool HasBegun => Volatile.Read(ref _state) != 0;

    /// <summary>Whether it ended at once: nothing can be sent any more.</summary>
    public bool IsAtOnce => Volatile.Read(ref _state) == AtOnce;

    /// <summary>Why; <see cref="CloseReason.None"/> while it has not ended.</summary>
    public CloseReason Reason => (CloseReason)Volatile.Read(ref _reason);

    /// <summary>Completes when the connection begins to end, however.</summary>
    public Task Begun
    {
        get
        {
            var begun = Volatile.Read(ref _begun);
            if (begun is null)
            {
                var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                begun = Interlocked.CompareExchange(ref _begun, created, null) ?? created;
            }
            if (HasBegun)
                begun.TrySetResult(); // whoever began it may have seen none
            return begun.Task;
        }
    }

    /// <summary>Ends in order; false when the connection ends already.</summary>
    public bool TryInOrder(CloseReason reason) => Interlocked.CompareExchange(ref _state, InOrder, 0) == 0 && Begin(reason);

    /// <summary>Ends at once; false when the connection has ended so already.</summary>
    public bool TryAtOnce(CloseReason reason) => Interlocked.Exchange(ref _state, AtOnce) != AtOnce && Begin(reason);

    /// <summary>Notes the reason, unless there is one.</summary>
    public void Note(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)CloseReason.None) == (int)CloseReason.None)
            told(reason);
    }

    /// <summary>Waits, within a time, for the answers of what was taken, and flushes everything.</summary>
    /// <param name="requests">What was taken.</param>
    /// <param name="outbound">What waits to be sent; it takes nothing more.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="TimeoutException">The peer does not read.</exception>
    public static async Task FlushAsync(RequestsInFlight requests, OutboundQueue outbound, TimeProvider time)
    {
        await requests.WaitForAllAsync(FlushTime, time);
        outbound.Finish();
        await outbound.Finished.WaitAsync(FlushTime, time);
    }

    private bool Begin(CloseReason reason)
    {
        Note(reason);
        Volatile.Read(ref _begun)?.TrySetResult();
        return true;
    }
}
