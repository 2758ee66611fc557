using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Storage.Conformance;
using Parley.Storage.Sqlite.Writing;
using Parley.Testing;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>A store in a directory of its own, with what tests of its inside need.</summary>
public abstract class SqliteStoreTests : IAsyncLifetime
{
    protected const long Project = 1000;

    protected static readonly ConversationKey Pair = ConversationKey.PeerToPeer(Project, 1, 2);

    private protected TemporaryStore Files { get; } = new();

    protected ManualTimeProvider Time { get; } = new();

    protected SqliteStore Store { get; private set; } = null!;

    protected TrackingSink Sink { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected virtual SqliteStoreOptions Options => Files.Options;

    public async ValueTask InitializeAsync() => await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Store.DisposeAsync();
        await Files.DestroyAsync();
    }

    protected async Task OpenAsync()
    {
        Store = await Files.OpenAsync(Time, Options);
        Sink = new TrackingSink();
        Store.Messages.SetSink(Sink);
    }

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        await OpenAsync();
    }

    protected static TrackedEntry Entry(
        long mid, ConversationKey? conversation = null, int window = 0, int bytes = 5, long sender = 1)
    {
        var message = new Message
        {
            Conversation = conversation ?? Pair,
            Sender = sender,
            MessageId = mid,
            Type = 30,
            Body = new byte[bytes],
        };
        return new TrackedEntry { Message = message, DuplicateWindow = window };
    }

    protected TrackedEntry Append(TrackedEntry entry)
    {
        Assert.True(Store.Messages.TryAppend(entry));
        return entry;
    }

    protected Task<TrackedEntry> AppendAsync(TrackedEntry entry) => Append(entry).Committed;

    private protected Task<bool> OnWriterAsync(Action<WriteSession> action) => Store.Writer.RunAsync(
        session =>
        {
            action(session);
            return true;
        },
        Token).AsTask();

    /// <summary>Runs so that all that is queued by <paramref name="queue"/> falls into one batch.</summary>
    private protected async Task InOneBatchAsync(Action queue)
    {
        using var running = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        var blocker = OnWriterAsync(_ =>
        {
            running.Release();
            gate.Wait();
        });
        await running.WaitAsync(Token);
        try
        {
            queue();
        }
        finally
        {
            gate.Set();
        }
        try
        {
            await blocker;
        }
        catch (StoreException)
        {
            // The batch was meant to fail.
        }
    }

    protected async Task<long> HeadAsync(ConversationKey conversation) =>
        (await Store.Messages.GetHeadAsync(conversation, Token)).Sequence;
}
