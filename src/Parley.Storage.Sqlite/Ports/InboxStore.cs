using System.Collections.Concurrent;
using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.Storage;
using Parley.Core.Users;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Inboxes.</summary>
internal sealed class InboxStore(StoreWriter writer, ReaderPool readers) : IInboxStore
{
    private const string Everybody = "SELECT project_id, user_id FROM inbox WHERE id > 0 ORDER BY id";

    private const string Find = "SELECT id, newest, cleared FROM inbox WHERE project_id = ? AND user_id = ?";

    private const string NoteOf = "SELECT note FROM inbox_note WHERE id = ?";

    private const string AddNote = "INSERT INTO inbox_note (project_id, time, note) VALUES (?, ?, ?)";

    /// <summary>The user at whom the last trimming of a project stopped; only a hint where to look first.</summary>
    private readonly ConcurrentDictionary<long, long> _trimmedUntil = new();

    public ValueTask<IReadOnlyList<UserKey>> GetEnrolledAsync(CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<UserKey>>(
            database =>
            {
                var found = new List<UserKey>();
                using var rows = database.Use(Everybody);
                while (rows.Step())
                    found.Add(new(rows.Int64(0), rows.Int64(1)));
                return found;
            },
            cancellationToken);

    public async ValueTask EnrolAsync(long projectId, long userId, int most, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                if (session.Inboxes.IsEnrolled(projectId, userId))
                    return false;
                session.Journal.FlushReads(); // what the user said in this batch counts as read
                session.Inboxes.Enrol(projectId, userId, UnreadMessages.Of(session.Database, projectId, userId, most, cancellationToken));
                return true;
            },
            cancellationToken);

    public ValueTask<InboxBounds> GetBoundsAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                var newest = writer.InboxTail.NewestOf(new(projectId, userId)); // before the first look at the database
                if (!TryFind(database, projectId, userId, out var inbox))
                    return default;
                newest = Math.Max(newest, Math.Max(inbox.Newest, InboxRuns.LastOf(database, inbox.Id)));
                return new InboxBounds(inbox.Cleared > 0 ? inbox.Cleared + 1 : 0, newest);
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<InboxItem>> GetAsync(
        long projectId, long userId, IReadOnlyList<long> numbers, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<InboxItem>>(
            database =>
            {
                var places = writer.InboxTail.Find(new(projectId, userId), numbers); // before the first look at the database
                if (!TryFind(database, projectId, userId, out var inbox))
                    return [];
                var found = new List<InboxItem>(Math.Min(numbers.Count, 256));
                InboxRun? run = null;
                foreach (var number in numbers.Distinct().Order())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (number <= inbox.Cleared || number is < 1 or > InboxRuns.MostNumber)
                        continue;
                    if (!places.TryGetValue(number, out var place))
                    {
                        if (run is null || number > run.Last)
                            run = InboxRuns.Find(database, inbox.Id, number);
                        if (run is null)
                            continue;
                        place = run.Places[number - run.First];
                    }
                    if (ItemAt(database, projectId, number, place) is { } item)
                        found.Add(item);
                }
                return found;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<long>> AddNoteAsync(
        long projectId, IReadOnlyList<long> userIds, ReadOnlyMemory<byte> note, CancellationToken cancellationToken) =>
        writer.RunAsync<IReadOnlyList<long>>(
            session =>
            {
                var numbers = new long[userIds.Count];
                var place = 0L;
                var given = new Dictionary<long, long>(numbers.Length);
                for (var i = 0; i < numbers.Length; i++)
                {
                    if (!given.TryGetValue(userIds[i], out numbers[i]) && session.Inboxes.IsEnrolled(projectId, userIds[i]))
                    {
                        if (place == 0)
                        {
                            session.Use(AddNote).Bind(projectId).Bind(session.Now).Bind(note.Span).Run();
                            place = -session.Database.LastRowId;
                        }
                        given[userIds[i]] = numbers[i] = session.Inboxes.AddNow(projectId, userIds[i], place);
                    }
                }
                return numbers;
            },
            cancellationToken);

    public async ValueTask<int> TrimAsync(long projectId, long notesBefore, int limit, CancellationToken cancellationToken)
    {
        if (limit <= 0)
            return 0;
        var steps = new List<TrimStep>();
        var after = _trimmedUntil.GetValueOrDefault(projectId);
        var (next, examined, oldNotes) = await readers.RunAsync(
            database =>
            {
                var (place, count) = InboxTrimming.Plan(database, projectId, after, notesBefore, limit, steps, cancellationToken);
                return (place, count, InboxTrimming.FindOldNotes(database, projectId, notesBefore, limit));
            },
            cancellationToken);
        if (steps.Count > 0 || oldNotes.Count > 0)
            await writer.RunAsync(session => InboxTrimming.Apply(session, projectId, steps, oldNotes), cancellationToken);
        _trimmedUntil[projectId] = next ?? 0;
        return Math.Max(next is null ? 0 : examined, oldNotes.Count);
    }

    private static InboxItem? ItemAt(SqliteDatabase database, long projectId, long number, long place)
    {
        if (place > 0)
            return Reading.History.VisibleAt(database, projectId, place) is { } message ? new InboxItem(number, message, default) : null;
        using var note = database.Use(NoteOf).Bind(-place);
        return note.Step() ? new InboxItem(number, Message: null, note.Bytes(0)) : null;
    }

    private static bool TryFind(SqliteDatabase database, long projectId, long userId, out (long Id, long Newest, long Cleared) inbox)
    {
        using var row = database.Use(Find).Bind(projectId).Bind(userId);
        var isThere = row.Step();
        inbox = isThere ? (row.Int64(0), row.Int64(1), row.Int64(2)) : default;
        return isThere;
    }
}
