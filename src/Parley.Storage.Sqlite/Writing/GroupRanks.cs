using Parley.Core.Messaging;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Writing;

/// <summary>
/// How many messages groups have, for the ranking. A message only puts its group into a set; the numbers follow from the heads of the
/// conversations and are written for many groups at once. After a crash the set is filled from the tail of the log. Owned by the
/// writer's thread.
/// </summary>
/// <remarks>Bounded: the set is written when it has <see cref="MostGroups"/> groups, and so many messages are read again at start.</remarks>
internal sealed class GroupRanks
{
    /// <summary>Groups that may wait to be written.</summary>
    public const int MostGroups = 4096;

    /// <summary>Messages, of whatever kind, after which is written, so that a start does not read a long tail.</summary>
    public const int MostMessages = 65_536;

    /// <summary>With more groups than this waiting, who asks for the ranking has them written, so that the next one is answered at once.</summary>
    private const int FewGroups = 128;

    private const string RankedUntil = "SELECT value FROM meta WHERE key = 'ranked_message'";

    private const string Remember = """
        INSERT INTO meta (key, value) VALUES ('ranked_message', ?) ON CONFLICT DO UPDATE SET value = excluded.value
        """;

    private const string Tail = "SELECT conversation_id FROM message WHERE id > ?";

    private const string KeyOf = "SELECT project_id, kind, first, second FROM conversation WHERE id = ?";

    private const string FindFounding = "SELECT founded_after FROM group_rank WHERE project_id = ? AND group_id = ?";

    private const string Ranked = "SELECT group_id, messages FROM group_rank WHERE project_id = ? ORDER BY messages DESC, group_id";

    private const string Raise = "UPDATE group_rank SET messages = ? - founded_after WHERE project_id = ? AND group_id = ?";

    private readonly SqliteDatabase _database;
    private readonly HashSet<ConversationKey> _spoken = [];
    private long _rankedUntil;
    private long _writtenUntil;
    private bool _isWanted;

    /// <summary>Finds what was said after the numbers were written last.</summary>
    public GroupRanks(SqliteDatabase database)
    {
        _database = database;
        _rankedUntil = database.Scalar(RankedUntil);
        var conversations = new HashSet<long>();
        using (var rows = database.Use(Tail).Bind(_rankedUntil))
        {
            while (rows.Step())
                conversations.Add(rows.Int64(0));
        }
        foreach (var conversation in conversations)
        {
            using var row = database.Use(KeyOf).Bind(conversation);
            if (row.Step())
                Add(new(row.Int64(0), (ConversationKind)row.Int64(1), row.Int64(2), row.Int64(3)));
        }
    }

    /// <summary>Something was said there.</summary>
    public void Add(in ConversationKey key)
    {
        if (key.Kind == ConversationKind.Group)
            _spoken.Add(key);
    }

    /// <summary>
    /// The groups of a project by their number of messages, descending, then by id: those that wait to be written as they are now, this
    /// batch included, among those that are as they were written.
    /// </summary>
    public IReadOnlyList<(long GroupId, long Total)> Busiest(Journal journal, long projectId, int take)
    {
        var groups = new List<(long GroupId, long Total)>();
        _isWanted |= _spoken.Count > FewGroups;
        foreach (var key in InOrder(_spoken.Where(key => key.ProjectId == projectId)))
        {
            using var row = _database.Use(FindFounding).Bind(projectId).Bind(key.First);
            if (row.Step())
                groups.Add((key.First, journal.HeadOf(key).Sequence - row.Int64(0)));
        }
        var left = take;
        using (var rows = _database.Use(Ranked).Bind(projectId))
        {
            while (left > 0 && rows.Step())
            {
                var groupId = rows.Int64(0);
                if (_spoken.Contains(ConversationKey.Group(projectId, groupId)))
                    continue;
                groups.Add((groupId, rows.Int64(1)));
                left--;
            }
        }
        groups.Sort(static (one, other) =>
            one.Total == other.Total ? one.GroupId.CompareTo(other.GroupId) : other.Total.CompareTo(one.Total));
        return groups.Count > take ? groups.GetRange(0, take) : groups;
    }

    /// <summary>Has the numbers written with the present batch.</summary>
    public void Want() => _isWanted = true;

    /// <summary>Just before the commit: writes the numbers if it is time to, or somebody wants them.</summary>
    /// <param name="lastId">The id of the newest message.</param>
    /// <param name="journal">Knows the heads of the conversations, this batch included.</param>
    public void Flush(long lastId, Journal journal)
    {
        var isNew = _spoken.Count > 0 || lastId - _rankedUntil >= MostMessages;
        if (!isNew || !(_isWanted || _spoken.Count >= MostGroups || lastId - _rankedUntil >= MostMessages))
            return;
        foreach (var key in InOrder(_spoken))
            _database.Use(Raise).Bind(journal.HeadOf(key).Sequence).Bind(key.ProjectId).Bind(key.First).Run();
        _database.Use(Remember).Bind(lastId).Run();
        _writtenUntil = lastId;
    }

    /// <summary>The batch is on the disk.</summary>
    public void Commit()
    {
        _isWanted = false;
        if (_writtenUntil == 0)
            return;
        _rankedUntil = _writtenUntil;
        _writtenUntil = 0;
        _spoken.Clear();
    }

    /// <summary>The batch is not. What was to be written still is; a group that said nothing after all does no harm.</summary>
    public void Rollback()
    {
        _isWanted = false;
        _writtenUntil = 0;
    }

    /// <summary>In the order of the table neighbours fall on one page.</summary>
    private static IEnumerable<ConversationKey> InOrder(IEnumerable<ConversationKey> keys) =>
        keys.OrderBy(key => key.ProjectId).ThenBy(key => key.First);
}
