using System.Text;
using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Testing;

namespace Parley.Storage.Conformance;

/// <summary>
/// What every suite of this folder starts from. The folder names no store: a second one reuses it by linking these files and
/// deriving each suite with its own <see cref="CreateStoreAsync"/>.
/// </summary>
public abstract class StoreConformance : IAsyncLifetime
{
    protected const long Project = 1000;
    protected const long OtherProject = 1001;

    /// <summary>The store under test.</summary>
    protected IStore Store { get; private set; } = null!;

    protected ManualTimeProvider Time { get; } = new();

    protected long Now => Time.UnixMilliseconds;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the store; called again after a dispose, it opens the same data.</summary>
    protected abstract ValueTask<IStore> CreateStoreAsync(TimeProvider time);

    /// <summary>Throws the data away.</summary>
    protected abstract ValueTask DestroyAsync();

    public async ValueTask InitializeAsync() => await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Store.DisposeAsync();
        await DestroyAsync();
    }

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        await OpenAsync();
    }

    protected static Message Words(
        ConversationKey conversation, long sender, long mid, string text = "hello", byte type = 30, long time = 0) => new()
        {
            Conversation = conversation,
            Sender = sender,
            MessageId = mid,
            Type = type,
            Body = Encoding.UTF8.GetBytes(text),
            Time = time,
        };

    /// <summary>The members without when and how they came.</summary>
    protected static IEnumerable<GroupMember> Places(IEnumerable<GroupMember> members) =>
        members.Select(member => member with { JoinedMs = 0, AddedBy = 0 });

    protected static string TextOf(Message message) => Encoding.UTF8.GetString(message.Body.Span);

    /// <summary>Hands a message to the journal and waits for its commit.</summary>
    protected Task<TrackedEntry> AppendAsync(Message message, int window = 0) => Append(message, window).Committed;

    protected TrackedEntry Append(Message message, int window = 0)
    {
        var entry = new TrackedEntry { Message = message, DuplicateWindow = window };
        Assert.True(Store.Messages.TryAppend(entry));
        return entry;
    }

    /// <summary>Says so many things, one after another, in one go.</summary>
    protected async Task<IReadOnlyList<Message>> SayAsync(ConversationKey conversation, long sender, int count, byte type = 30)
    {
        var entries = new List<TrackedEntry>();
        for (var i = 0; i < count; i++)
            entries.Add(Append(Words(conversation, sender, 100_000 + i, $"text {i}", type)));
        await Task.WhenAll(entries.Select(entry => entry.Committed));
        return [.. entries.Select(entry => entry.Message)];
    }

    protected async Task<ConversationState> StateAsync(long userId, ConversationKey conversation, UnreadFilter filter = default) =>
        Assert.Single(await Store.Messages.GetStatesAsync(userId, [conversation], filter, Token));

    private async Task OpenAsync()
    {
        Store = await CreateStoreAsync(Time);
        Store.Messages.SetSink(new TrackingSink());
    }
}

/// <summary>An entry whose commit can be awaited.</summary>
public sealed class TrackedEntry : JournalEntry
{
    private readonly TaskCompletionSource<TrackedEntry> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TrackedEntry> Committed => _committed.Task;

    /// <summary>Which call of the sink told of it, and how many entries that call had.</summary>
    public (int Number, int Size) Commit { get; private set; }

    public void Complete(int number, int size)
    {
        Commit = (number, size);
        _committed.TrySetResult(this);
    }
}

/// <summary>Completes <see cref="TrackedEntry"/>s.</summary>
public sealed class TrackingSink : IJournalSink
{
    private int _commits;

    public List<Message> Seen { get; } = [];

    public void OnCommitted(ReadOnlySpan<JournalEntry> entries)
    {
        _commits++;
        foreach (var entry in entries)
        {
            Seen.Add(entry.Message);
            ((TrackedEntry)entry).Complete(_commits, entries.Length);
        }
    }
}
