using Parley.Core.Messaging.Inboxes;

namespace Parley.Core.Messaging;

/// <summary>What became of a message that was handed to the journal.</summary>
public enum JournalStatus : byte
{
    /// <summary>Not committed yet.</summary>
    Pending,

    /// <summary>Committed: the message has its sequence and time.</summary>
    Stored,

    /// <summary>The same sender said the same <c>mid</c> before: nothing new was stored, sequence and time are those of the first.</summary>
    Duplicate,

    /// <summary>The store failed; nothing of this entry was stored.</summary>
    Failed,
}

/// <summary>One message on its way through the journal. The journal fills in the message's sequence and time and the status.</summary>
public class JournalEntry
{
    /// <summary>The message to store.</summary>
    public required Message Message { get; init; }

    /// <summary>How long the same <c>mid</c> of the same sender counts as a retry, in milliseconds; 0 = never.</summary>
    public int DuplicateWindow { get; init; }

    /// <summary>Whether no inbox gets the message.</summary>
    public bool NoInbox { get; init; }

    /// <summary>
    /// The numbers that the message got in inboxes, ascending by user, set by the journal before its sink is called; null = none.
    /// </summary>
    public InboxNumber[]? InboxNumbers { get; set; }

    /// <summary>The result, set by the journal before its sink is called.</summary>
    public JournalStatus Status { get; set; }
}

/// <summary>Hears of committed entries. Called on the journal's own thread: it must hand the work on and return.</summary>
public interface IJournalSink
{
    /// <summary>Every entry of one commit, in the order in which they were appended.</summary>
    void OnCommitted(ReadOnlySpan<JournalEntry> entries);
}
