using Parley.Rtm.Transport;

namespace Parley.Rtm.Client.Connecting;

/// <summary>One connection to a gate. Its pushes carry the link along, because they may come while the login is still under way.</summary>
internal sealed class GateLink : IAsyncDisposable
{
    private readonly TaskCompletionSource _kickedOut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FpnnConnection? _connection;

    public FpnnConnection Connection => _connection ?? throw new InvalidOperationException("The link is not connected yet.");

    /// <summary>Whether the gate has said that the client must not come back.</summary>
    public bool IsKickedOut => _kickedOut.Task.IsCompleted;

    /// <summary>Completes when the connection has ended or is to be ended.</summary>
    public Task Over => Task.WhenAny(Connection.Closed, _kickedOut.Task);

    public static async Task<GateLink> OpenAsync(
        FpnnAddress address, FpnnConnectionOptions options, Func<GateLink, FpnnQuest, ValueTask> onQuest, CancellationToken cancellationToken)
    {
        var link = new GateLink();
        options.OnQuest = (quest, _) => onQuest(link, quest);
        link._connection = await FpnnConnection.ConnectAsync(address, options, cancellationToken);
        return link;
    }

    public void KickOut() => _kickedOut.TrySetResult();

    /// <summary>Ends when what came before the end has been handled too, a last <c>kickout</c> above all.</summary>
    public ValueTask DisposeAsync() => _connection is null ? ValueTask.CompletedTask : _connection.DisposeAsync();
}
