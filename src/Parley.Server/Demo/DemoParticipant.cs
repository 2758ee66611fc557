using System.Threading.Channels;

namespace Parley.Server.Demo;

/// <summary>A message as a participant saw it, in its own protocol.</summary>
/// <param name="From">Whom the protocol names as the sender.</param>
/// <param name="Text">What was said.</param>
internal readonly record struct DemoHeard(string From, string Text);

/// <summary>One who is in the group, connected by one protocol. Its id is the same number, or the same text, in all of them.</summary>
internal abstract class DemoParticipant(string name, string protocol, long userId) : IAsyncDisposable
{
    /// <summary>How long anything may take before it is missing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<DemoHeard> _heard = Channel.CreateBounded<DemoHeard>(1000);

    /// <summary>The name for people.</summary>
    public string Name => name;

    /// <summary>What it speaks.</summary>
    public string Protocol => protocol;

    public long UserId => userId;

    /// <summary>The user id as protocols with texts write it.</summary>
    public string UserName { get; } = userId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Messages of groups as they come, those of its own among them where the protocol sends them back.</summary>
    public ChannelReader<DemoHeard> Heard => _heard.Reader;

    /// <summary>Sends to the group; returns when the server has taken it.</summary>
    /// <exception cref="IOException">It was refused, or the connection is gone.</exception>
    public abstract Task SendAsync(long group, string text, CancellationToken cancellationToken);

    /// <summary>How history is read in this protocol, in its own words.</summary>
    public abstract string HistoryWay { get; }

    /// <summary>Reads what was said in the group, oldest first, in the way of the protocol.</summary>
    /// <param name="group">The group.</param>
    /// <param name="count">How many messages there are: where the protocol has no end mark, reading ends with them or with the time.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public abstract Task<IReadOnlyList<DemoHeard>> ReadHistoryAsync(long group, int count, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>A message came.</summary>
    protected void Hear(string from, string text) => _heard.Writer.TryWrite(new(from, text));

    /// <summary>No more messages will come.</summary>
    protected void HearNoMore() => _heard.Writer.TryComplete();

    /// <summary>Waits for something, for no longer than the patience.</summary>
    protected static async Task<T> InTimeAsync<T>(Task<T> task, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await task.WaitAsync(Patience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{what} did not come in {Patience.TotalSeconds:N0} s", e);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("the server closed the connection", e);
        }
    }
}
