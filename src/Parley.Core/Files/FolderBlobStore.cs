using Parley.Core.Storage;

namespace Parley.Core.Files;

/// <summary>Contents in a local folder: <c>ab/cd/&lt;sha256&gt;</c>. A content appears under its name only when it is whole and on the disk.</summary>
/// <param name="folder">The folder; made when missing.</param>
public sealed class FolderBlobStore(string folder) : IBlobStore
{
    private readonly string _folder = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            return ValueTask.CompletedTask;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The folder for files '{_folder}' cannot be used: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(string sha256, string path, CancellationToken cancellationToken)
    {
        var target = PathOf(sha256);
        if (File.Exists(target))
            return ValueTask.CompletedTask;
        var inner = Path.GetDirectoryName(target)!;
        var outer = Path.GetDirectoryName(inner)!;
        var isNew = !Directory.Exists(inner);
        Directory.CreateDirectory(inner);
        File.Move(path, target, overwrite: true);
        FolderFlush.Flush(inner);
        if (isNew)
        {
            FolderFlush.Flush(outer);
            FolderFlush.Flush(_folder);
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<Stream?> OpenAsync(string sha256, long offset, long length, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(PathOf(sha256), new FileStreamOptions
            {
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
            file.Position = offset;
            return new(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new((Stream?)null);
        }
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string sha256, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(PathOf(sha256));
        }
        catch (DirectoryNotFoundException)
        {
            // nothing is there to be removed
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string PathOf(string sha256) => Path.Combine(_folder, sha256[..2], sha256[2..4], sha256);
}
