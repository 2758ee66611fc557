namespace Parley.Rtm.Backend;

/// <summary>How the parameters of a file are written into its attrs (rtm-client §7.3).</summary>
public enum RtmFileAttributesForm
{
    /// <summary><c>sign</c>, <c>ext</c> and <c>filename</c> at the top, own attributes beside them.</summary>
    Flat,

    /// <summary>The three under <c>rtm</c>, own attributes under <c>custom</c>, as SDKs from 2.x on write them.</summary>
    Nested,
}

/// <summary>A file to send.</summary>
public sealed class RtmFile
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Stream? _stream;

    /// <summary>Takes a file that is in memory.</summary>
    /// <param name="content">The bytes, not empty.</param>
    /// <param name="fileName">The name; a path in front of it is not sent. May be empty.</param>
    public RtmFile(ReadOnlyMemory<byte> content, string fileName)
    {
        _bytes = content;
        FileName = Path.GetFileName(fileName);
    }

    /// <summary>Takes a file from a stream, which is read to its end and stays open.</summary>
    /// <param name="content">The bytes, not empty.</param>
    /// <param name="fileName">The name; a path in front of it is not sent. May be empty.</param>
    public RtmFile(Stream content, string fileName)
    {
        ArgumentNullException.ThrowIfNull(content);
        _stream = content;
        FileName = Path.GetFileName(fileName);
    }

    /// <summary>The name without a path.</summary>
    public string FileName { get; }

    /// <summary>The extension without the dot; null to take it from the name.</summary>
    public string? Extension { get; init; }

    /// <summary>40 image, 41 audio, 42 video, 50 (default) for the server to find out.</summary>
    public byte MessageType { get; init; } = RtmMessageType.File;

    /// <summary>Own attributes: the members of a JSON object, or any text; null for none.</summary>
    public string? Attributes { get; init; }

    /// <summary>What is sent as <c>ext</c>.</summary>
    internal string ExtensionToSend => (Extension ?? Path.GetExtension(FileName)).TrimStart('.');

    /// <summary>The bytes; null when they are more than <paramref name="limit"/>.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        if (_stream is null)
            return _bytes.Length <= limit ? _bytes : (ReadOnlyMemory<byte>?)null;
        using var copy = new MemoryStream();
        var buffer = new byte[Math.Min(81_920, limit)];
        while (true)
        {
            var count = await _stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
                return copy.GetBuffer().AsMemory(0, (int)copy.Length);
            if (copy.Length + count > limit)
                return null;
            copy.Write(buffer, 0, count);
        }
    }
}
