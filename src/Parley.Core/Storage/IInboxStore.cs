using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.Users;

namespace Parley.Core.Storage;

/// <summary>
/// Inboxes. An inbox numbers, for one enrolled user, 1, 2, 3 … in the order of commits, everything that is stored for that user over all
/// conversations but rooms. The commit that stores a message also gives it its numbers, unless <see cref="JournalEntry.NoInbox"/>: in
/// the inbox of both ends of a pair, of every member that a group has at that moment, of everybody for a broadcast. Who is enrolled and
/// who is a member is decided inside that commit, so nothing depends on what a node remembers.
/// </summary>
public interface IInboxStore
{
    /// <summary>Everybody who is enrolled.</summary>
    ValueTask<IReadOnlyList<UserKey>> GetEnrolledAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gives a user an inbox from now on. In the same commit what is unread at this moment, peer-to-peer and in groups, is put in, in the
    /// order of the log, at most the newest <paramref name="most"/>. For a user who is enrolled nothing changes.
    /// </summary>
    ValueTask EnrolAsync(long projectId, long userId, int most, CancellationToken cancellationToken);

    /// <summary>What the inbox spans; zeros for a user who is not enrolled.</summary>
    ValueTask<InboxBounds> GetBoundsAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>
    /// What lies at these numbers, ascending, each once. Numbers never given, and those of deleted or retired messages, are left out.
    /// </summary>
    ValueTask<IReadOnlyList<InboxItem>> GetAsync(
        long projectId, long userId, IReadOnlyList<long> numbers, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a note into the inboxes of those of the users who are enrolled, in one commit. Returns the number for each, in their order;
    /// 0 for who is not enrolled. A user who is named twice gets it once.
    /// </summary>
    ValueTask<IReadOnlyList<long>> AddNoteAsync(
        long projectId, IReadOnlyList<long> userIds, ReadOnlyMemory<byte> note, CancellationToken cancellationToken);

    /// <summary>
    /// Clears the inboxes of one project from their oldest end: messages that were retired, and notes from before
    /// <paramref name="notesBefore"/> (unix milliseconds, 0 = none), up to the first thing that stays. Looks at no more than
    /// <paramref name="limit"/> inboxes and numbers a call; returns at least <paramref name="limit"/> while there may be more, so that the
    /// caller repeats.
    /// </summary>
    ValueTask<int> TrimAsync(long projectId, long notesBefore, int limit, CancellationToken cancellationToken);
}
