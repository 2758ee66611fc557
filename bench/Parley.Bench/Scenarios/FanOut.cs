using Parley.Bench.Client;

namespace Parley.Bench.Scenarios;

/// <summary>What the sender and the receivers of a fan-out share: the sender is never too far ahead of the receivers.</summary>
/// <param name="receivers">How many get each message.</param>
/// <param name="ahead">Messages on their way to receivers at the most.</param>
internal class FanOut(int receivers, int ahead)
{
    private readonly long _window = (long)receivers * ahead;
    private long _delivered;
    private long _sent;

    /// <summary>Woken when another message has reached everybody.</summary>
    public LoadSocket? Sender { get; set; }

    public long Delivered => Volatile.Read(ref _delivered);

    public long Sent => Volatile.Read(ref _sent);

    public bool MaySend => (Sent * receivers) - Delivered < _window;

    /// <summary>Deliveries that are still to come when so many messages were refused.</summary>
    public long Missing(long errors) => ((Sent - errors) * receivers) - Delivered;

    /// <summary>Called by the sender only.</summary>
    public void OnSent() => Volatile.Write(ref _sent, _sent + 1);

    /// <summary>Adds deliveries and wakes the sender when another message has reached everybody.</summary>
    public void OnDelivered(int count)
    {
        var delivered = Interlocked.Add(ref _delivered, count);
        if (delivered / receivers != (delivered - count) / receivers)
            Sender!.Kick();
    }
}
