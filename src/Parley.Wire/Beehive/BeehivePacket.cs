namespace Parley.Wire.Beehive;

/// <summary>One packet of the long connection; valid until the reader's next call and while the buffer is.</summary>
public readonly ref struct BeehivePacket
{
    internal BeehivePacket(scoped in BeehiveHeader header, uint number, ReadOnlySpan<byte> body)
    {
        Header = header;
        Number = number;
        Body = body;
    }

    /// <summary>The header; its command is <see cref="BeehiveCommand.Unknown"/> when the number is none in this generation.</summary>
    public BeehiveHeader Header { get; }

    /// <summary>The command number as it was on the wire.</summary>
    public uint Number { get; }

    /// <summary>The bytes after the header, unchanged.</summary>
    public ReadOnlySpan<byte> Body { get; }
}
