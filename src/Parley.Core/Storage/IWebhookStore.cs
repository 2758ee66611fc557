using Parley.Core.Messaging;
using Parley.Core.Webhooks;

namespace Parley.Core.Storage;

/// <summary>
/// The log of all messages in the order of appending, and what webhooks remember of it. A position is a message's place in the log: it
/// is greater than 0, is never given twice, and once it can be read no lower one appears. Within a conversation positions grow with the
/// sequence.
/// </summary>
public interface IWebhookStore
{
    /// <summary>The position of the newest message; 0 when nothing was ever said.</summary>
    ValueTask<long> GetLogEndAsync(CancellationToken cancellationToken);

    /// <summary>
    /// A page of one project's messages in the order of their positions. Deleted ones and broadcasts are passed over. A page may be
    /// empty and yet not the last: then <see cref="LogPage.Through"/> tells where to go on.
    /// </summary>
    ValueTask<LogPage> ReadLogAsync(LogQuery query, CancellationToken cancellationToken);

    /// <summary>Where a webhook stands. One that is not known is put at the end of the log.</summary>
    ValueTask<long> OpenCursorAsync(WebhookKey webhook, CancellationToken cancellationToken);

    /// <summary>Where a webhook stands; null when it is not known.</summary>
    ValueTask<long?> FindCursorAsync(WebhookKey webhook, CancellationToken cancellationToken);

    /// <summary>Moves a webhook forward. A position behind the stored one changes nothing, nor does a webhook that is not known.</summary>
    ValueTask SaveCursorAsync(WebhookKey webhook, long position, CancellationToken cancellationToken);

    /// <summary>
    /// In one commit: puts messages on the list of those that were not taken (or back on it) and moves the webhook to
    /// <paramref name="cursor"/> as <see cref="SaveCursorAsync"/> does. Of more than <paramref name="most"/> letters of the webhook the
    /// oldest are forgotten; returns how many.
    /// </summary>
    ValueTask<int> BuryAsync(
        WebhookKey webhook, IReadOnlyList<DeadLetter> letters, long cursor, int most, CancellationToken cancellationToken);

    /// <summary>How many dead letters a webhook has, those to be sent again included.</summary>
    ValueTask<int> CountDeadLettersAsync(WebhookKey webhook, CancellationToken cancellationToken);

    /// <summary>Dead letters after a position, in the order of their positions.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(
        WebhookKey webhook, long after, int take, CancellationToken cancellationToken);

    /// <summary>Marks all dead letters of a webhook to be sent again; returns how many are marked now.</summary>
    ValueTask<int> RetryDeadLettersAsync(WebhookKey webhook, CancellationToken cancellationToken);

    /// <summary>The first of the letters to be sent again, in the order of their positions, with their messages.</summary>
    ValueTask<RetryPage> ReadRetriesAsync(WebhookKey webhook, int take, long mostBytes, CancellationToken cancellationToken);

    /// <summary>Forgets dead letters. Absent ones are passed over.</summary>
    ValueTask RemoveDeadLettersAsync(WebhookKey webhook, IReadOnlyList<long> positions, CancellationToken cancellationToken);
}

/// <summary>Names a webhook.</summary>
/// <param name="ProjectId">Its project.</param>
/// <param name="Name">Its name.</param>
public readonly record struct WebhookKey(long ProjectId, string Name);

/// <summary>Which part of the log is read.</summary>
/// <param name="ProjectId">The project whose messages are wanted.</param>
/// <param name="After">The position after which reading begins.</param>
/// <param name="Take">The most messages.</param>
/// <param name="MostBytes">The page ends with the message that brings bodies and attributes to this many bytes.</param>
public readonly record struct LogQuery(long ProjectId, long After, int Take, long MostBytes);

/// <summary>A part of the log.</summary>
/// <param name="Entries">The messages.</param>
/// <param name="Through">The log was read up to this position; equal to where reading began when nothing came after it.</param>
/// <param name="End">The position of the newest message of all; <paramref name="Through"/> when everything was read.</param>
public sealed record LogPage(IReadOnlyList<Message> Entries, long Through, long End);

/// <summary>Letters that are to be sent again.</summary>
/// <param name="Entries">Their messages.</param>
/// <param name="Missing">Positions whose messages were deleted or retired meanwhile.</param>
public sealed record RetryPage(IReadOnlyList<Message> Entries, IReadOnlyList<long> Missing);
