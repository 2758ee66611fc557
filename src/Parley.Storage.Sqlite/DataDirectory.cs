using Parley.Core.Storage;

namespace Parley.Storage.Sqlite;

/// <summary>The directory of a store, held by one server at a time through a locked file in it.</summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>The name of the locked file.</summary>
    public const string LockName = "parley.lock";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private DataDirectory(FileStream held) => _lock = held;

    /// <summary>Makes the directory and an empty database file where they are missing, for the owner only, and takes the lock.</summary>
    public static DataDirectory Take(string databasePath)
    {
        var file = Path.GetFullPath(databasePath);
        var directory = Path.GetDirectoryName(file) ?? throw new StoreException($"'{databasePath}' is not a path of a file.");
        MakeDirectory(directory);
        var held = Lock(directory);
        try
        {
            MakeFile(file);
            return new DataDirectory(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _lock.Dispose();

    private static void MakeDirectory(string directory)
    {
        try
        {
            if (Directory.Exists(directory))
                return;
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The data directory '{directory}' cannot be made: {exception.Message}", exception);
        }
    }

    private static FileStream Lock(string directory)
    {
        var path = Path.Combine(directory, LockName);
        try
        {
            return new FileStream(path, Options(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreException($"The data directory '{directory}' cannot be written by this user.", exception);
        }
        catch (IOException exception)
        {
            throw File.Exists(path)
                ? new StoreException($"The data directory '{directory}' is in use by another server.", exception)
                : new StoreException($"The data directory '{directory}' cannot be written: {exception.Message}", exception);
        }
    }

    private static void MakeFile(string file)
    {
        if (File.Exists(file))
            return;
        try
        {
            using var made = new FileStream(file, Options(FileMode.CreateNew, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The database '{file}' cannot be made: {exception.Message}", exception);
        }
    }

    private static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
