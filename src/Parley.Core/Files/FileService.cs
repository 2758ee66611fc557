using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Storage;

namespace Parley.Core.Files;

/// <summary>What is told of a file when it is committed.</summary>
/// <param name="Extension">The extension, as <see cref="FileTypes.CleanExtension"/> leaves it; "" = none.</param>
/// <param name="Name">The name that the sender gave it; "" = none.</param>
public readonly record struct FileLabel(string Extension, string Name);

/// <summary>
/// Files: one-use tokens for uploads, uploads on their way, what can be downloaded, and the end of it. Contents are kept once; a file
/// is a record with a key that cannot be guessed.
/// </summary>
public sealed class FileService : IAsyncDisposable
{
    private const int KeyDigits = 32;
    private const int MostName = 255;
    private const int Chunk = 500;

    /// <summary>A content that was put, but whose record never came, is removed after this long.</summary>
    private const long AbandonedMilliseconds = 3600 * 1000;

    private readonly FileStorage _storage;
    private readonly IFileStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // putting a content and removing the same one exclude each other
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1))];

    internal FileService(FileStorage storage, IFileStore store, TimeProvider time, ILogger logger)
    {
        _storage = storage;
        _store = store;
        _time = time;
        _logger = logger;
    }

    private readonly ConcurrentDictionary<long, Pace> _paces = new();

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Issues a one-use token for an upload: 32 upper-case hexadecimal digits, of which only the SHA-256 is kept.</summary>
    /// <param name="project">The project, whose setting says how long the token is good.</param>
    /// <param name="token">What it allows; its time of expiry is set here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<string> IssueTokenAsync(Project project, FileToken token, CancellationToken cancellationToken)
    {
        var text = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var expires = Now + (project.Settings.FileTokenSeconds * 1000L);
        await _store.AddTokenAsync(Hash(text), token with { Expires = expires }, cancellationToken);
        return text;
    }

    /// <summary>Counts one more file against the project's pace; false when it is too fast.</summary>
    public bool TryCount(Project project)
    {
        var perSecond = project.Settings.FilesPerSecond;
        return perSecond <= 0 || _paces.GetOrAdd(project.Id, static _ => new()).TryCount(perSecond, Now);
    }

    /// <summary>Takes a token: from now on it is worthless. Null when it is unknown, was taken before or has expired.</summary>
    public async ValueTask<FileToken?> TakeTokenAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > 256)
            return null;
        return await _store.TakeTokenAsync(Hash(token), cancellationToken) is { } found && found.Expires > Now ? found : null;
    }

    /// <summary>Begins an upload. Dispose of it in any case.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public FileSpool BeginUpload() => new(Path.Combine(_storage.SpoolFolder, Guid.NewGuid().ToString("N")));

    /// <summary>
    /// Makes files out of a finished upload: as many as are asked for, each with a key of its own, over one content. The content and the
    /// records are on the disk when this returns.
    /// </summary>
    /// <exception cref="IOException">The content cannot be kept.</exception>
    public async ValueTask<IReadOnlyList<FileRecord>> CommitAsync(
        FileSpool spool, Project project, long sender, FileLabel label, int count, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var records = new FileRecord[count];
        for (var i = 0; i < count; i++)
        {
            records[i] = new FileRecord
            {
                ProjectId = project.Id,
                Day = (now.Year * 10_000) + (now.Month * 100) + now.Day,
                Key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyDigits / 2)),
                Extension = label.Extension,
                Sha256 = spool.Sha256,
                Size = spool.Length,
                ContentType = FileTypes.ContentTypeOf(label.Extension.Length > 0 ? label.Extension : FileTypes.SniffExtension(spool.Head)),
                Name = label.Name.Length > MostName ? label.Name[..MostName] : label.Name,
                Sender = sender,
                Time = now.ToUnixTimeMilliseconds(),
            };
        }
        await Task.Run(spool.Seal, cancellationToken);
        var gate = GateOf(spool.Sha256);
        await gate.WaitAsync(cancellationToken);
        try
        {
            await _store.MarkAsync(spool.Sha256, Now, cancellationToken);
            await _storage.Blobs.PutAsync(spool.Sha256, spool.Path, cancellationToken);
            await _store.AddAsync(records, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
        return records;
    }

    /// <summary>Where a file is downloaded: an absolute address that needs no login.</summary>
    public string AddressOf(FileRecord record)
    {
        var address = string.Create(
            CultureInfo.InvariantCulture, $"{_storage.Address()}/files/{record.ProjectId}/{record.Day:D8}/{record.Key}");
        return record.Extension.Length == 0 ? address : $"{address}.{record.Extension}";
    }

    /// <summary>Reads the end of an address, <c>/files/&lt;pid&gt;/&lt;yyyyMMdd&gt;/&lt;key&gt;[.ext]</c>; false when it is no file's.</summary>
    public static bool TryParse(string address, out FilePlace place)
    {
        place = default;
        var parts = address.Split('/');
        if (parts.Length < 5 || parts[^4] != "files")
            return false;
        var dot = parts[^1].IndexOf('.', StringComparison.Ordinal);
        var key = dot < 0 ? parts[^1] : parts[^1][..dot];
        var extension = dot < 0 ? "" : parts[^1][(dot + 1)..];
        if (!IsNumber(parts[^3], 1, 19) || !IsNumber(parts[^2], 8, 8) || !IsKey(key)
            || (dot >= 0 && (extension.Length == 0 || FileTypes.CleanExtension(extension) != extension))
            || !long.TryParse(parts[^3], NumberStyles.None, CultureInfo.InvariantCulture, out var project))
        {
            return false;
        }
        place = new(project, int.Parse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture), key, extension);
        return true;
    }

    /// <summary>The file at a place; null when there is none.</summary>
    public async ValueTask<FileRecord?> FindAsync(FilePlace place, CancellationToken cancellationToken) =>
        await _store.FindAsync(place.ProjectId, place.Key, cancellationToken) is { } record && record.Day == place.Day
            && record.Extension == place.Extension ? record : null;

    /// <summary>Opens a part of a file's content; null when it is gone.</summary>
    public ValueTask<Stream?> OpenAsync(FileRecord record, long offset, long length, CancellationToken cancellationToken) =>
        record.Size == 0 ? new(Stream.Null) : _storage.Blobs.OpenAsync(record.Sha256, offset, length, cancellationToken);

    /// <summary>Removes files of a project: from now on they cannot be downloaded. A content goes with its last file.</summary>
    public async ValueTask RemoveAsync(long projectId, IReadOnlyList<FileRecord> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0)
            return;
        var now = Now;
        var left = await _store.RemoveAsync(projectId, [.. records.Select(static record => record.Key)], now, cancellationToken);
        await RemoveContentsAsync(left, now, cancellationToken);
    }

    /// <summary>Removes the file that a message is: one that the message's own sender uploaded.</summary>
    internal async ValueTask RemoveOfAsync(Message message, CancellationToken cancellationToken)
    {
        if (!TryParse(Encoding.UTF8.GetString(message.Body.Span), out var place) || place.ProjectId != message.Conversation.ProjectId)
            return;
        if (await FindAsync(place, cancellationToken) is { } record && record.Sender == message.Sender)
            await RemoveAsync(place.ProjectId, [record], cancellationToken);
    }

    /// <summary>Prepares the place of contents and removes what an earlier run left of unfinished uploads.</summary>
    /// <exception cref="StoreException">A folder cannot be used.</exception>
    internal async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await _storage.Blobs.PrepareAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(_storage.SpoolFolder);
            foreach (var left in Directory.EnumerateFiles(_storage.SpoolFolder))
                File.Delete(left);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"The folder for uploads '{_storage.SpoolFolder}' cannot be used: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Removes files older than their project keeps them, expired tokens, and contents that nothing refers to.</summary>
    internal async Task UpkeepAsync(IReadOnlyList<Project> projects, CancellationToken cancellationToken)
    {
        var now = Now;
        foreach (var project in projects)
        {
            if (project.Settings.RetentionDays <= 0)
                continue;
            var before = now - (project.Settings.RetentionDays * 86_400_000L);
            var total = 0;
            int removed;
            do
            {
                removed = await _store.PurgeAsync(project.Id, before, now, Chunk, cancellationToken);
                total += removed;
            }
            while (removed >= Chunk);
            if (total > 0)
                _logger.FilesRetired(total, project.Id);
        }
        while (await _store.PurgeTokensAsync(now, Chunk, cancellationToken) >= Chunk)
        {
        }
        var abandoned = now - AbandonedMilliseconds;
        IReadOnlyList<string> marked;
        do
        {
            marked = await _store.ListMarkedAsync(abandoned, Chunk, cancellationToken);
            await RemoveContentsAsync(marked, abandoned, cancellationToken);
        }
        while (marked.Count >= Chunk);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _storage.Blobs.DisposeAsync();
        foreach (var gate in _gates)
            gate.Dispose();
    }

    private async ValueTask RemoveContentsAsync(IReadOnlyList<string> contents, long markedBefore, CancellationToken cancellationToken)
    {
        foreach (var sha256 in contents)
        {
            var gate = GateOf(sha256);
            await gate.WaitAsync(cancellationToken);
            try
            {
                if (await _store.IsAbandonedAsync(sha256, markedBefore, cancellationToken))
                    await _storage.Blobs.DeleteAsync(sha256, cancellationToken);
                await _store.UnmarkAsync(sha256, markedBefore, cancellationToken);
            }
            finally
            {
                gate.Release();
            }
        }
    }

    private SemaphoreSlim GateOf(string sha256) => _gates[Convert.ToInt32(sha256[..2], 16) % _gates.Length];

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static bool IsNumber(string text, int least, int most)
    {
        if (text.Length < least || text.Length > most || (text[0] == '0' && most > least))
            return false;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit))
                return false;
        }
        return true;
    }

    private static bool IsKey(string text)
    {
        if (text.Length != KeyDigits)
            return false;
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigitLower(digit))
                return false;
        }
        return true;
    }

    private sealed class Pace
    {
        private Throttle _files; // mutable struct: not readonly

        public bool TryCount(int perSecond, long now) => _files.TryTake(1000.0 / perSecond, perSecond, now);
    }
}
