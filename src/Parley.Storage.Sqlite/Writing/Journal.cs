using Parley.Core.Messaging;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Writing;

/// <summary>
/// Gives messages their place and writes them, inside the writer's transaction. Nothing of an entry changes here: outcomes are
/// kept aside until the commit. Owned by the writer's thread.
/// </summary>
internal sealed class Journal
{
    private const string FindConversation = """
        SELECT id, head_seq, head_time FROM conversation WHERE project_id = ? AND kind = ? AND first = ? AND second = ?
        """;

    private const string AddConversation = "INSERT INTO conversation (project_id, kind, first, second) VALUES (?, ?, ?, ?)";

    private const string FindHead = "SELECT seq, time FROM message WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1";

    private const string AddMessage = """
        INSERT INTO message (id, conversation_id, seq, sender, mid, time, type, is_binary, is_deleted,
            file_kind, file_size, thumbnail, attrs, body, envelope, inboxes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string RaiseRead = """
        INSERT INTO read_position (conversation_id, user_id, seq) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > read_position.seq
        """;

    private const string NewestId = "SELECT max(id) FROM message";

    private const string RememberedId = "SELECT value FROM meta WHERE key = 'last_message'";

    private const string RememberId = """
        INSERT INTO meta (key, value) VALUES ('last_message', ?) ON CONFLICT DO UPDATE SET value = excluded.value
        """;

    private const string TimeFrom = "SELECT time FROM message WHERE id >= ? ORDER BY id LIMIT 1";

    private const string Tail = "SELECT conversation_id, sender, mid, seq, time FROM message WHERE id >= ? ORDER BY id";

    private readonly SqliteDatabase _database;
    private readonly ConversationCache _conversations;
    private readonly DuplicateWindow _duplicates;
    private readonly Dictionary<(long Conversation, long User), long> _reads = [];
    private readonly GroupRanks _ranks;
    private readonly SqliteStatement _addMessage;
    private readonly SqliteStatement _raiseRead;
    private long _lastId;
    private long _committedId;

    public Journal(SqliteDatabase database, ConversationCache conversations, DuplicateWindow duplicates)
    {
        _database = database;
        _conversations = conversations;
        _duplicates = duplicates;
        _addMessage = database.Use(AddMessage);
        _raiseRead = database.Use(RaiseRead);
        // an id is a place in the log, which webhooks remember: it is not given again, even when its message was retired
        _lastId = _committedId = Math.Max(database.Scalar(NewestId), database.Scalar(RememberedId));
        _ranks = new GroupRanks(database);
        Inboxes = new InboxLedger(database);
    }

    /// <summary>Numbers what is stored for users who have inboxes.</summary>
    public InboxLedger Inboxes { get; }

    /// <summary>Messages in the duplicate window.</summary>
    public int Remembered => _duplicates.Count;

    /// <summary>Fills the duplicate window from the tail of the log with messages not older than <paramref name="since"/>.</summary>
    public void Rebuild(int entries, long since)
    {
        var newest = _database.Scalar(NewestId);
        var (low, high) = (Math.Max(1, newest - entries + 1), newest + 1);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            using var row = _database.Use(TimeFrom).Bind(middle);
            if (row.Step() && row.Int64(0) < since)
                low = middle + 1;
            else
                high = middle;
        }
        using var rows = _database.Use(Tail).Bind(low);
        while (rows.Step())
        {
            var time = rows.Int64(4);
            if (time >= since)
                _duplicates.Add(rows.Int64(0), rows.Int64(1), rows.Int64(2), rows.Int64(3), time, time);
        }
        _duplicates.Commit(since);
    }

    /// <summary>Writes one entry, or finds that it was written before.</summary>
    public EntryOutcome Append(JournalEntry entry, long now)
    {
        var message = entry.Message;
        if (message.Time > 0)
            now = message.Time;
        var place = Place(message.Conversation);
        ref var slot = ref _conversations[place];
        if (entry.DuplicateWindow > 0 && _duplicates.TryFind(
            slot.Id, message.Sender, message.MessageId, now, entry.DuplicateWindow, out var firstSequence, out var firstTime))
        {
            return new EntryOutcome(JournalStatus.Duplicate, firstSequence, firstTime, 0);
        }

        var sequence = slot.Sequence + 1;
        var time = Math.Max(now, slot.Time);
        var inboxes = Insert(entry, slot.Id, sequence, time);
        slot.Sequence = sequence;
        slot.Time = time;
        if (entry.DuplicateWindow > 0)
            _duplicates.Add(slot.Id, message.Sender, message.MessageId, sequence, time, now);
        if (message.Conversation.Kind != ConversationKind.Room && message.Sender != 0)
            _reads[(slot.Id, message.Sender)] = sequence;
        _ranks.Add(message.Conversation);
        return new EntryOutcome(JournalStatus.Stored, sequence, time, _lastId, inboxes);
    }

    /// <summary>The newest message of a conversation, with its row; zeros when nothing was ever said there.</summary>
    public (long Id, long Sequence, long Time) HeadOf(in ConversationKey key)
    {
        var place = _conversations.Find(key);
        if (place < 0)
            place = Load(key);
        if (place < 0)
            return default;
        ref readonly var slot = ref _conversations[place];
        return (slot.Id, slot.Sequence, slot.Time);
    }

    /// <summary>
    /// Keeps the newest id given, and what was said until now in groups, also when the messages are removed. Called before they are.
    /// </summary>
    public void RememberLastId()
    {
        _database.Use(RememberId).Bind(_lastId).Run();
        _ranks.Want();
        Inboxes.Want();
    }

    /// <summary>The groups of a project with the most messages, what this batch appended included.</summary>
    public IReadOnlyList<(long GroupId, long Total)> BusiestGroups(long projectId, int take) => _ranks.Busiest(this, projectId, take);

    /// <summary>Moves a read position forward.</summary>
    public void RaiseReadPosition(long conversation, long user, long sequence) =>
        _raiseRead.Bind(conversation).Bind(user).Bind(sequence).Run();

    /// <summary>Writes what was gathered, just before the commit: one position for each sender and conversation.</summary>
    public void Flush()
    {
        FlushReads();
        Inboxes.Flush(_lastId);
        _ranks.Flush(_lastId, this);
    }

    /// <summary>Writes the read positions of senders that were gathered, for an operation that looks at them.</summary>
    public void FlushReads()
    {
        foreach (var ((conversation, user), sequence) in _reads)
            RaiseReadPosition(conversation, user, sequence);
        _reads.Clear();
    }

    /// <summary>The batch is on the disk.</summary>
    public void Commit(long now)
    {
        _committedId = _lastId;
        Inboxes.Commit();
        _ranks.Commit();
        _duplicates.Commit(now);
    }

    /// <summary>The batch is not: forgets what it left in memory, but for <see cref="Forget"/>.</summary>
    public void Rollback()
    {
        _lastId = _committedId;
        _reads.Clear();
        Inboxes.Rollback();
        _ranks.Rollback();
        _duplicates.Rollback();
    }

    /// <summary>Forgets what is remembered of a conversation; the next use reads it from the database.</summary>
    public void Forget(in ConversationKey key) => _conversations.Remove(key);

    private int Place(in ConversationKey key)
    {
        var place = _conversations.Find(key);
        if (place >= 0)
            return place;
        place = Load(key);
        if (place >= 0)
            return place;
        _database.Use(AddConversation).Bind(key.ProjectId).Bind((long)key.Kind).Bind(key.First).Bind(key.Second).Run();
        return _conversations.Add(key, _database.LastRowId, 0, 0);
    }

    private int Load(in ConversationKey key)
    {
        long id, sequence, time;
        using (var row = _database.Use(FindConversation).Bind(key.ProjectId).Bind((long)key.Kind).Bind(key.First).Bind(key.Second))
        {
            if (!row.Step())
                return -1;
            (id, sequence, time) = (row.Int64(0), row.Int64(1), row.Int64(2));
        }
        using (var row = _database.Use(FindHead).Bind(id))
        {
            if (row.Step())
                (sequence, time) = (row.Int64(0), row.Int64(1));
        }
        return _conversations.Add(key, id, sequence, time);
    }

    private InboxSlice Insert(JournalEntry entry, long conversation, long sequence, long time)
    {
        var message = entry.Message;
        var mark = Inboxes.Mark;
        _lastId++;
        try
        {
            var inboxes = entry.NoInbox ? default : Inboxes.Add(message.Conversation, _lastId);
            _addMessage
                .Bind(_lastId).Bind(conversation).Bind(sequence).Bind(message.Sender).Bind(message.MessageId).Bind(time)
                .Bind(message.Type).Bind(message.IsBinary ? 1L : 0L).Bind((long)message.File).Bind(message.FileSize)
                .Bind(message.ThumbnailUrl).Bind(message.Attributes.Span).Bind(message.Body.Span).Bind(message.Envelope.Span)
                .Bind(inboxes.Count > 0 ? Inboxes.Encode(inboxes) : default)
                .Step();
            return inboxes;
        }
        catch
        {
            Inboxes.Undo(mark);
            throw;
        }
        finally
        {
            _addMessage.Dispose();
        }
    }
}

/// <summary>What will become of an entry once the batch is committed.</summary>
internal readonly record struct EntryOutcome(
    JournalStatus Status, long Sequence, long Time, long Position, InboxSlice Inboxes = default);
