using System.Runtime.InteropServices;
using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Storage.Sqlite.Native;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Writing;

/// <summary>The numbers that one entry got: a piece of what the batch put into inboxes.</summary>
internal readonly record struct InboxSlice(int Start, int Count);

/// <summary>A moment within a batch that <see cref="InboxLedger.Undo"/> goes back to.</summary>
internal readonly record struct InboxMark(int Items, int Enrolled);

/// <summary>
/// Gives numbers in inboxes and writes them with the batch's commit. Who is enrolled is kept in memory, some hundred bytes each; of
/// projects without enrolled users nothing is known and nothing is done. The enrolled members of groups are remembered up to a bound
/// and forgotten by a trigger when the table of members changes, whoever changes it. Owned by the writer's thread.
/// </summary>
internal sealed class InboxLedger
{
    /// <summary>Groups, and members of them, that are remembered; beyond either all are forgotten.</summary>
    private const int MostGroups = 20_000;
    private const int MostMembers = 1_000_000;

    /// <summary>Room for items that is kept from batch to batch.</summary>
    private const int KeptItems = 65_536;

    private const string LoadAll = "SELECT id, project_id, user_id FROM inbox WHERE id > ? ORDER BY id";

    private const string AddInbox = "INSERT INTO inbox (project_id, user_id) VALUES (?, ?)";

    private const string FindNewest = "SELECT newest FROM inbox WHERE id = ?";

    private const string FindNewestItem = "SELECT number FROM inbox_item WHERE inbox_id = ? ORDER BY number DESC LIMIT 1";

    private const string AddItem = "INSERT INTO inbox_item (inbox_id, number, place) VALUES (?, ?, ?)";

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
    private readonly List<int> _enrolled = []; // whom this batch enrols
    private int _members;

    public InboxLedger(SqliteDatabase database)
    {
        _database = database;
        using (var rows = database.Use(LoadAll).Bind(0))
        {
            while (rows.Step())
                Remember(rows.Int64(0), rows.Int64(1), rows.Int64(2));
        }
        database.Check(raw.sqlite3_create_function(database.Handle, "parley_forget_members", 2, null, ForgetMembers));
        database.Execute(WatchMembers);
    }

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

    /// <summary>Puts something into the inbox of a user; 0 when the user is not enrolled.</summary>
    public long Add(long projectId, long userId, long place)
    {
        if (!IsEnrolled(projectId, userId))
            return 0;
        Put(_projects[projectId][userId], place);
        return _items[^1].Number;
    }

    /// <summary>Whether a user has an inbox.</summary>
    public bool IsEnrolled(long projectId, long userId) =>
        _projects.TryGetValue(projectId, out var users) && users.ContainsKey(userId);

    /// <summary>Gives a user who has none an inbox and puts these messages in.</summary>
    public void Enrol(long projectId, long userId, IEnumerable<long> positions)
    {
        _database.Use(AddInbox).Bind(projectId).Bind(userId).Run();
        var place = Remember(_database.LastRowId, projectId, userId);
        _enrolled.Add(place);
        ForgetAudiences(); // the user's groups have one more
        foreach (var position in positions)
            Put(place, position);
    }

    /// <summary>The newest number given in an inbox; 0 = none.</summary>
    public long NewestOf(long projectId, long userId)
    {
        ref var inbox = ref CollectionsMarshal.AsSpan(_inboxes)[_projects[projectId][userId]];
        return Load(ref inbox);
    }

    /// <summary>Writes what was put in, just before the commit.</summary>
    public void Flush()
    {
        if (_items.Count == 0)
            return;
        var inboxes = CollectionsMarshal.AsSpan(_inboxes);
        foreach (var item in _items)
            _database.Use(AddItem).Bind(inboxes[item.Inbox].Id).Bind(item.Number).Bind(item.Place).Run();
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
            numbers[i] = new(_inboxes[item.Inbox].UserId, item.Number);
        }
        return numbers;
    }

    /// <summary>The batch is on the disk, and everybody was told.</summary>
    public void EndBatch()
    {
        _items.Clear();
        _enrolled.Clear();
        if (_items.Capacity > KeptItems)
            _items.Capacity = KeptItems;
    }

    /// <summary>The batch is not: all its numbers are free again.</summary>
    public void Rollback()
    {
        Undo(default);
        ForgetAudiences();
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

    private void Put(int place, long position)
    {
        ref var inbox = ref CollectionsMarshal.AsSpan(_inboxes)[place];
        _items.Add(new(place, inbox.Newest = Load(ref inbox) + 1, position));
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
        using (var row = _database.Use(FindNewestItem).Bind(inbox.Id))
        {
            if (row.Step())
                newest = Math.Max(newest, row.Int64(0));
        }
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

    private int Remember(long id, long projectId, long userId)
    {
        if (!_projects.TryGetValue(projectId, out var users))
            _projects.Add(projectId, users = []);
        users.Add(userId, _inboxes.Count);
        _inboxes.Add(new Inbox { Id = id, ProjectId = projectId, UserId = userId, Newest = Unknown });
        return _inboxes.Count - 1;
    }

    /// <summary>Forgets the inbox that was remembered last.</summary>
    private void Forget(int place)
    {
        var inbox = _inboxes[place];
        var users = _projects[inbox.ProjectId];
        users.Remove(inbox.UserId);
        if (users.Count == 0)
            _projects.Remove(inbox.ProjectId);
        _inboxes.RemoveAt(place);
    }

    /// <summary>The inbox of a user. Newest: the newest number given, this batch included.</summary>
    private struct Inbox
    {
        public long Id;
        public long ProjectId;
        public long UserId;
        public long Newest;
    }

    /// <summary>What is put into an inbox.</summary>
    private readonly record struct Item(int Inbox, long Number, long Place);
}
