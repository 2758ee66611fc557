using System.Runtime.InteropServices;
using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.Users;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Writing;

/// <summary>The numbers that one entry got: a piece of what the batch put into inboxes.</summary>
internal readonly record struct InboxSlice(int Start, int Count);

/// <summary>A moment within a batch that <see cref="InboxLedger.Undo"/> goes back to.</summary>
internal readonly record struct InboxMark(int Items, int Enrolled);

/// <summary>
/// Gives numbers in inboxes. A message carries its numbers in its own row, so they are stored with it or not at all, and no other page
/// is changed. From there they are written to the inboxes many at once; what waits for that is kept in memory, and after a crash read
/// from the tail of the log.
/// Who is enrolled is kept in memory, some hundred bytes each; of projects without enrolled users nothing is known and nothing is done.
/// The enrolled members of groups are remembered up to a bound and forgotten by a trigger when the table of members changes, whoever
/// changes it. Owned by the writer's thread.
/// </summary>
internal sealed class InboxLedger
{
    /// <summary>Groups, and members of them, that are remembered; beyond either all are forgotten.</summary>
    private const int MostGroups = 20_000;
    private const int MostMembers = 1_000_000;

    /// <summary>Numbers that may wait to be written to inboxes, and messages, of whatever kind, after which they are.</summary>
    private const int MostWaiting = 262_144;
    private const int MostMessages = 65_536;

    /// <summary>Room for items that is kept from batch to batch.</summary>
    private const int KeptItems = 65_536;

    private const string LoadAll = "SELECT id, project_id, user_id FROM inbox WHERE id > ? ORDER BY id";

    private const string AddInbox = "INSERT INTO inbox (project_id, user_id) VALUES (?, ?)";

    private const string FindNewest = "SELECT newest FROM inbox WHERE id = ?";

    private const string IndexedUntil = "SELECT value FROM meta WHERE key = 'inboxed_message'";

    private const string Remember = """
        INSERT INTO meta (key, value) VALUES ('inboxed_message', ?) ON CONFLICT DO UPDATE SET value = excluded.value
        """;

    private const string TailOfLog = "SELECT id, inboxes FROM message WHERE id > ? ORDER BY id";

    private const string Members = "SELECT user_id FROM group_member WHERE project_id = ? AND group_id = ? ORDER BY user_id";

    private const string WatchMembers = """
        CREATE TEMP TRIGGER member_added AFTER INSERT ON main.group_member
            BEGIN SELECT parley_forget_members(new.project_id, new.group_id); END;
        CREATE TEMP TRIGGER member_removed AFTER DELETE ON main.group_member
            BEGIN SELECT parley_forget_members(old.project_id, old.group_id); END;
        """;

    private const long Unknown = -1;

    private readonly SqliteDatabase _database;
    private readonly Dictionary<long, Dictionary<long, int>> _projects = []; // by project and user: the place in _inboxes
    private readonly Dictionary<ConversationKey, int[]> _audiences = []; // of groups and broadcasts: places in the order of users
    private readonly List<Inbox> _inboxes = [];
    private readonly List<Item> _items = []; // what this batch puts in
    private readonly List<InboxEntry> _entries = [];
    private readonly List<int> _enrolled = []; // whom this batch enrols
    private readonly List<byte> _buffer = [];
    private long _indexedUntil;
    private long _writtenUntil;
    private bool _isWanted;
    private int _members;

    public InboxLedger(SqliteDatabase database)
    {
        _database = database;
        using (var rows = database.Use(LoadAll).Bind(0))
        {
            while (rows.Step())
                Keep(rows.Int64(0), rows.Int64(1), rows.Int64(2));
        }
        if (_inboxes.Count > 0)
            ReadTail();
        database.Check(raw.sqlite3_create_function(database.Handle, "parley_forget_members", 2, null, ForgetMembers));
        database.Execute(WatchMembers);
    }

    /// <summary>What is not written to the inboxes yet.</summary>
    public InboxTail Tail { get; } = new();

    /// <summary>This moment.</summary>
    public InboxMark Mark => new(_items.Count, _enrolled.Count);

    /// <summary>Puts a message into the inboxes of its receivers and its sender.</summary>
    public InboxSlice Add(in ConversationKey conversation, long position)
    {
        if (!_projects.TryGetValue(conversation.ProjectId, out var users))
            return default;
        var start = _items.Count;
        switch (conversation.Kind)
        {
            case ConversationKind.PeerToPeer:
                if (users.TryGetValue(conversation.First, out var place))
                    Put(place, position);
                if (conversation.First != conversation.Second && users.TryGetValue(conversation.Second, out place))
                    Put(place, position);
                break;
            case ConversationKind.Group:
            case ConversationKind.Broadcast:
                foreach (var member in AudienceOf(conversation, users))
                    Put(member, position);
                break;
            case ConversationKind.Room:
                break;
            default:
                throw new InvalidOperationException($"Unknown kind of conversation: {conversation.Kind}.");
        }
        return new(start, _items.Count - start);
    }

    /// <summary>The numbers of a message as its row keeps them, until the next call.</summary>
    public ReadOnlySpan<byte> Encode(InboxSlice slice)
    {
        _buffer.Clear();
        for (var i = slice.Start; i < slice.Start + slice.Count; i++)
        {
            VariableIntegers.Write(_buffer, (ulong)_inboxes[_items[i].Inbox].Id);
            VariableIntegers.Write(_buffer, (ulong)_items[i].Number);
        }
        return CollectionsMarshal.AsSpan(_buffer);
    }

    /// <summary>Puts something that is no message into the inbox of a user, now; 0 when the user is not enrolled.</summary>
    public long AddNow(long projectId, long userId, long place)
    {
        if (!IsEnrolled(projectId, userId))
            return 0;
        var inbox = _projects[projectId][userId];
        Put(inbox, place, isWritten: true);
        InboxRuns.Write(_database, _inboxes[inbox].Id, _items[^1].Number, [place], _buffer);
        return _items[^1].Number;
    }

    /// <summary>Whether a user has an inbox.</summary>
    public bool IsEnrolled(long projectId, long userId) =>
        _projects.TryGetValue(projectId, out var users) && users.ContainsKey(userId);

    /// <summary>Gives a user who has none an inbox and puts these messages in.</summary>
    public void Enrol(long projectId, long userId, ReadOnlySpan<long> positions)
    {
        _isWanted |= _inboxes.Count == 0; // until now nobody kept track of the log
        _database.Use(AddInbox).Bind(projectId).Bind(userId).Run();
        var id = _database.LastRowId;
        InboxRuns.Write(_database, id, first: 1, positions, _buffer);
        var place = Keep(id, projectId, userId);
        CollectionsMarshal.AsSpan(_inboxes)[place].Newest = positions.Length;
        _enrolled.Add(place);
        ForgetAudiences(); // the user's groups have one more
    }

    /// <summary>The newest number given in an inbox; 0 = none.</summary>
    public long NewestOf(long projectId, long userId)
    {
        ref var inbox = ref CollectionsMarshal.AsSpan(_inboxes)[_projects[projectId][userId]];
        return Load(ref inbox);
    }

    /// <summary>Has what waits written to the inboxes with the present batch: messages that it reads from are to be removed.</summary>
    public void Want() => _isWanted = true;

    /// <summary>Just before the commit: writes to the inboxes what waits, if it is time to.</summary>
    /// <param name="lastId">The id of the newest message.</param>
    public void Flush(long lastId)
    {
        if (_inboxes.Count == 0 || !(_isWanted || Tail.Count + _items.Count >= MostWaiting || lastId - _indexedUntil >= MostMessages))
            return;
        WriteRuns(Tail.ToList());
        _entries.Clear();
        AddItemsTo(_entries);
        _entries.Sort(static (one, other) => one.Inbox == other.Inbox ? one.Number.CompareTo(other.Number) : one.Inbox.CompareTo(other.Inbox));
        WriteRuns(_entries);
        _database.Use(Remember).Bind(lastId).Run();
        _writtenUntil = lastId;
    }

    /// <summary>The batch is on the disk.</summary>
    public void Commit()
    {
        _isWanted = false;
        if (_writtenUntil > 0)
        {
            Tail.Clear();
            (_indexedUntil, _writtenUntil) = (_writtenUntil, 0);
        }
        else if (_items.Count > 0)
        {
            _entries.Clear();
            AddItemsTo(_entries);
            Tail.Add(CollectionsMarshal.AsSpan(_entries));
        }
    }

    /// <summary>The numbers of an entry; null = none. Until <see cref="EndBatch"/>.</summary>
    public InboxNumber[]? NumbersOf(InboxSlice slice)
    {
        if (slice.Count == 0)
            return null;
        var numbers = new InboxNumber[slice.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var item = _items[slice.Start + i];
            numbers[i] = new(_inboxes[item.Inbox].User.UserId, item.Number);
        }
        return numbers;
    }

    /// <summary>The batch is on the disk, and everybody was told.</summary>
    public void EndBatch()
    {
        _items.Clear();
        _enrolled.Clear();
        if (_items.Capacity <= KeptItems)
            return;
        _items.Capacity = KeptItems;
        _entries.Clear();
        _entries.TrimExcess();
        _buffer.Clear();
        _buffer.TrimExcess();
    }

    /// <summary>The batch is not: all its numbers are free again.</summary>
    public void Rollback()
    {
        Undo(default);
        ForgetAudiences();
        (_isWanted, _writtenUntil) = (false, 0);
    }

    /// <summary>What an operation did that failed is undone: its numbers are free again.</summary>
    public void Undo(InboxMark mark)
    {
        var inboxes = CollectionsMarshal.AsSpan(_inboxes);
        for (var i = _items.Count - 1; i >= mark.Items; i--)
            inboxes[_items[i].Inbox].Newest = _items[i].Number - 1;
        CollectionsMarshal.SetCount(_items, mark.Items);
        if (_enrolled.Count == mark.Enrolled)
            return;
        for (var i = _enrolled.Count - 1; i >= mark.Enrolled; i--)
            Forget(_enrolled[i]);
        CollectionsMarshal.SetCount(_enrolled, mark.Enrolled);
        ForgetAudiences();
    }

    private void AddItemsTo(List<InboxEntry> entries)
    {
        foreach (var item in _items)
        {
            if (!item.IsWritten)
                entries.Add(new(_inboxes[item.Inbox].User, _inboxes[item.Inbox].Id, item.Number, item.Place));
        }
    }

    /// <summary>Writes entries, by inbox and number, as runs.</summary>
    private void WriteRuns(List<InboxEntry> entries)
    {
        var places = new List<long>(InboxRuns.MostPlaces);
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            places.Add(entry.Place);
            if (i + 1 < entries.Count && entries[i + 1].Inbox == entry.Inbox && entries[i + 1].Number == entry.Number + 1)
                continue;
            InboxRuns.Write(_database, entry.Inbox, entry.Number - places.Count + 1, CollectionsMarshal.AsSpan(places), _buffer);
            places.Clear();
        }
    }

    private void ReadTail()
    {
        _indexedUntil = _database.Scalar(IndexedUntil);
        var users = _inboxes.ToDictionary(inbox => inbox.Id, inbox => inbox.User);
        var entries = new List<InboxEntry>();
        using var rows = _database.Use(TailOfLog).Bind(_indexedUntil);
        while (rows.Step())
        {
            var numbers = rows.Span(1);
            while (!numbers.IsEmpty)
            {
                var inbox = (long)VariableIntegers.Read(ref numbers);
                var number = (long)VariableIntegers.Read(ref numbers);
                if (users.TryGetValue(inbox, out var user))
                    entries.Add(new(user, inbox, number, rows.Int64(0)));
            }
        }
        Tail.Add(CollectionsMarshal.AsSpan(entries));
    }

    private void Put(int place, long position, bool isWritten = false)
    {
        ref var inbox = ref CollectionsMarshal.AsSpan(_inboxes)[place];
        _items.Add(new(place, inbox.Newest = Load(ref inbox) + 1, position, isWritten));
    }

    private long Load(ref Inbox inbox)
    {
        if (inbox.Newest != Unknown)
            return inbox.Newest;
        var newest = 0L;
        using (var row = _database.Use(FindNewest).Bind(inbox.Id))
        {
            if (row.Step())
                newest = row.Int64(0);
        }
        newest = Math.Max(newest, Math.Max(InboxRuns.LastOf(_database, inbox.Id), Tail.NewestOf(inbox.User)));
        return inbox.Newest = newest;
    }

    /// <summary>The enrolled users who hear what is said in a group or broadcast.</summary>
    private int[] AudienceOf(in ConversationKey conversation, Dictionary<long, int> users)
    {
        if (_audiences.TryGetValue(conversation, out var audience))
            return audience;
        if (conversation.Kind == ConversationKind.Broadcast)
            audience = [.. users.OrderBy(user => user.Key).Select(user => user.Value)];
        else
            audience = MembersOf(conversation, users);
        if (_audiences.Count >= MostGroups || _members >= MostMembers)
            ForgetAudiences();
        _audiences.Add(conversation, audience);
        _members += audience.Length;
        return audience;
    }

    private int[] MembersOf(in ConversationKey conversation, Dictionary<long, int> users)
    {
        var found = new List<int>();
        using var rows = _database.Use(Members).Bind(conversation.ProjectId).Bind(conversation.First);
        while (rows.Step())
        {
            if (users.TryGetValue(rows.Int64(0), out var place))
                found.Add(place);
        }
        return [.. found];
    }

    private void ForgetMembers(sqlite3_context context, object data, sqlite3_value[] values)
    {
        var group = ConversationKey.Group(raw.sqlite3_value_int64(values[0]), raw.sqlite3_value_int64(values[1]));
        if (_audiences.Remove(group, out var members))
            _members -= members.Length;
    }

    private void ForgetAudiences()
    {
        _audiences.Clear();
        _members = 0;
    }

    private int Keep(long id, long projectId, long userId)
    {
        if (!_projects.TryGetValue(projectId, out var users))
            _projects.Add(projectId, users = []);
        users.Add(userId, _inboxes.Count);
        _inboxes.Add(new Inbox { Id = id, User = new(projectId, userId), Newest = Unknown });
        return _inboxes.Count - 1;
    }

    /// <summary>Forgets the inbox that was remembered last.</summary>
    private void Forget(int place)
    {
        var inbox = _inboxes[place];
        var users = _projects[inbox.User.ProjectId];
        users.Remove(inbox.User.UserId);
        if (users.Count == 0)
            _projects.Remove(inbox.User.ProjectId);
        _inboxes.RemoveAt(place);
    }

    /// <summary>The inbox of a user. Newest: the newest number given, this batch included.</summary>
    private struct Inbox
    {
        public long Id;
        public UserKey User;
        public long Newest;
    }

    /// <summary>What is put into an inbox. IsWritten: it is in a run already.</summary>
    private readonly record struct Item(int Inbox, long Number, long Place, bool IsWritten);
}
