using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Parley.Core.Files;

/// <summary>
/// An upload on its way: its bytes go to a file of their own while their hashes are taken. Nobody sees it before it is committed, and
/// disposing of it removes what is left. Used by one caller at a time.
/// </summary>
public sealed class FileSpool : IDisposable
{
    private readonly SafeFileHandle _file;
    [SuppressMessage("Security", "CA5351", Justification = "The protocols sign uploads by MD5; nothing else relies on it.")]
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _head = new byte[FileTypes.SniffedBytes];

    internal FileSpool(string path)
    {
        Path = path;
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, System.IO.FileOptions.Asynchronous);
    }

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>The MD5 of the bytes: 32 lower-case hexadecimal digits. Known after <see cref="Finish"/>.</summary>
    public string Md5 { get; private set; } = "";

    /// <summary>The SHA-256 of the bytes: 64 lower-case hexadecimal digits. Known after <see cref="Finish"/>.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>How the content begins.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(0, (int)Math.Min(Length, _head.Length));

    internal string Path { get; }

    /// <summary>Appends bytes. The caller keeps to the size that the project allows.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public async ValueTask WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        var at = Length;
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i].Span;
            _md5.AppendData(part);
            _sha256.AppendData(part);
            if (Length < _head.Length)
                part[..(int)Math.Min(part.Length, _head.Length - Length)].CopyTo(_head.AsSpan((int)Length));
            Length += part.Length;
        }
        await RandomAccess.WriteAsync(_file, parts, at, cancellationToken);
    }

    /// <summary>No more bytes come: the hashes are known from here on.</summary>
    public void Finish()
    {
        Md5 = Convert.ToHexStringLower(_md5.GetHashAndReset());
        Sha256 = Convert.ToHexStringLower(_sha256.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _md5.Dispose();
        _sha256.Dispose();
        if (!_file.IsClosed)
            _file.Dispose();
        try
        {
            File.Delete(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // what is left is removed at the next start
        }
    }

    /// <summary>Flushes the bytes to the disk and closes the file, so that it can be moved.</summary>
    internal void Seal()
    {
        RandomAccess.FlushToDisk(_file);
        _file.Dispose();
    }
}
