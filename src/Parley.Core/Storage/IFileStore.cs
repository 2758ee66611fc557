using Parley.Core.Files;

namespace Parley.Core.Storage;

/// <summary>
/// Which files there are, and tokens for uploads. A content that may have no record is marked, so that it is found and removed later
/// even when the program dies in between: <see cref="MarkAsync"/> comes before a content is put, adding a record lifts the mark, and
/// removing the last record of a content sets it again.
/// </summary>
public interface IFileStore
{
    /// <summary>Keeps a token under its hash (32 bytes).</summary>
    ValueTask AddTokenAsync(ReadOnlyMemory<byte> hash, FileToken token, CancellationToken cancellationToken);

    /// <summary>Takes a token: of several callers one gets it, expired or not, and from then on it is unknown. Null when it is.</summary>
    ValueTask<FileToken?> TakeTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken);

    /// <summary>Forgets tokens that expired before <paramref name="now"/> (unix milliseconds), at most <paramref name="limit"/>.</summary>
    ValueTask<int> PurgeTokensAsync(long now, int limit, CancellationToken cancellationToken);

    /// <summary>Marks a content as one that may have no record, at <paramref name="now"/> (unix milliseconds).</summary>
    ValueTask MarkAsync(string sha256, long now, CancellationToken cancellationToken);

    /// <summary>Adds records, all or none, and lifts the marks of their contents.</summary>
    ValueTask AddAsync(IReadOnlyList<FileRecord> records, CancellationToken cancellationToken);

    /// <summary>The record with this key; null when there is none.</summary>
    ValueTask<FileRecord?> FindAsync(long projectId, string key, CancellationToken cancellationToken);

    /// <summary>
    /// Removes records of one project by their keys, unknown ones passed over, and marks contents that have no record left. Returns
    /// those contents.
    /// </summary>
    ValueTask<IReadOnlyList<string>> RemoveAsync(
        long projectId, IReadOnlyList<string> keys, long now, CancellationToken cancellationToken);

    /// <summary>Removes the records of a project that are older than <paramref name="before"/>, at most <paramref name="limit"/>, as <see cref="RemoveAsync"/> does. Returns how many.</summary>
    ValueTask<int> PurgeAsync(long projectId, long before, long now, int limit, CancellationToken cancellationToken);

    /// <summary>Contents that were marked at <paramref name="before"/> or earlier, the oldest first.</summary>
    ValueTask<IReadOnlyList<string>> ListMarkedAsync(long before, int limit, CancellationToken cancellationToken);

    /// <summary>Whether a content was marked at <paramref name="before"/> or earlier and has no record.</summary>
    ValueTask<bool> IsAbandonedAsync(string sha256, long before, CancellationToken cancellationToken);

    /// <summary>Lifts the mark that was set at <paramref name="before"/> or earlier.</summary>
    ValueTask UnmarkAsync(string sha256, long before, CancellationToken cancellationToken);
}
