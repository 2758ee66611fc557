namespace Parley.Conformance.Tests.Faults;

/// <summary>A message as its sender names it.</summary>
public readonly record struct MessageName(string Conversation, long Sender, long Mid);

/// <summary>What a sender was told.</summary>
public enum Verdict
{
    /// <summary>Accepted, with a time.</summary>
    Accepted,

    /// <summary>An earlier try had been accepted.</summary>
    Duplicate,

    /// <summary>Refused for another reason.</summary>
    Refused,
}

/// <summary>A message as history shows it.</summary>
public sealed record StoredRow(long Sequence, long Sender, long Mid, long Time);

/// <summary>Something that a client did or saw.</summary>
public abstract record HistoryEvent
{
    /// <summary>A client sent a message, perhaps again.</summary>
    public sealed record Sent(MessageName Name) : HistoryEvent;

    /// <summary>A client got the answer.</summary>
    public sealed record Told(MessageName Name, Verdict Verdict, long Time) : HistoryEvent;

    /// <summary>A session of a user was pushed a message.</summary>
    public sealed record Pushed(string Session, long User, MessageName Name, long Time) : HistoryEvent;
}

/// <summary>
/// What clients sent, were told and received, in the order in which each of them did; and, at the end, what history says. Any thread
/// may write.
/// </summary>
public sealed class History
{
    private readonly Lock _gate = new();
    private readonly List<HistoryEvent> _events = [];
    private readonly Dictionary<string, IReadOnlyList<StoredRow>> _stored = [];
    private readonly Dictionary<string, IReadOnlySet<long>> _listeners = [];

    public IReadOnlyList<HistoryEvent> Events => _events;

    public IReadOnlyDictionary<string, IReadOnlyList<StoredRow>> Stored => _stored;

    public IReadOnlyDictionary<string, IReadOnlySet<long>> Listeners => _listeners;

    public void Add(HistoryEvent happened)
    {
        lock (_gate)
            _events.Add(happened);
    }

    /// <summary>Says who may hear a conversation.</summary>
    public void SetListeners(string conversation, params IEnumerable<long> users) => _listeners[conversation] = users.ToHashSet();

    /// <summary>Says what history shows of a conversation in the end, in the order of reading.</summary>
    public void SetStored(string conversation, IReadOnlyList<StoredRow> rows) => _stored[conversation] = rows;
}
