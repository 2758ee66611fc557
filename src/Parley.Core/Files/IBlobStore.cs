namespace Parley.Core.Files;

/// <summary>
/// Keeps the contents of files, each under the SHA-256 of its bytes, so that equal contents are kept once. What was put is durable
/// when <see cref="PutAsync"/> returns.
/// </summary>
public interface IBlobStore : IAsyncDisposable
{
    /// <summary>Checks that the store can be used, and makes what it needs. Called once, before anything else.</summary>
    /// <exception cref="Storage.StoreException">It cannot; the message is one clear line.</exception>
    ValueTask PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a content. One that is there already is left as it is.</summary>
    /// <param name="sha256">The SHA-256 of the content: 64 lower-case hexadecimal digits.</param>
    /// <param name="path">A local file with the content, flushed to the disk; the store may take it away.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">It cannot be kept.</exception>
    ValueTask PutAsync(string sha256, string path, CancellationToken cancellationToken);

    /// <summary>Opens a part of a content; null when there is no such content.</summary>
    /// <param name="sha256">The SHA-256 of the content.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many bytes, at least 1; the range must lie within the content.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    ValueTask<Stream?> OpenAsync(string sha256, long offset, long length, CancellationToken cancellationToken);

    /// <summary>Forgets a content. An absent one is no error.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    ValueTask DeleteAsync(string sha256, CancellationToken cancellationToken);
}
