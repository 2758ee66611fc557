using System.Buffers.Binary;
using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>How a client speaks: the transport and the generation of the header (beehive.md §7, §8).</summary>
public enum Speech
{
    Tcp,
    TcpSeed,
    WebSocket,
    WebSocketSeed,
}

/// <summary>A packet of a long connection, put together and taken apart here (beehive.md §8).</summary>
/// <param name="Command">type.</param>
/// <param name="Body">The body.</param>
/// <param name="Sid">sid.</param>
/// <param name="Seq">seq, or serial.</param>
/// <param name="Dsid">dsid; not in the seed generation.</param>
/// <param name="Dseq">dseq; not in the seed generation.</param>
/// <param name="Cid">cid; not in the seed generation.</param>
/// <param name="Nid">nid.</param>
public sealed record Packet(
    uint Command, byte[] Body, long Sid = 0, ulong Seq = 0, long Dsid = 0, ulong Dseq = 0, ulong Cid = 0, uint Nid = 0)
{
    public const int HeadLength = 52;
    public const int SeedLength = 32;
    public const uint Checksum = 0x1ED2_3CB4;

    /// <summary>The how many-eth packet of its connection it was.</summary>
    public int Number { get; init; }

    public static int HeaderLength(bool isSeed) => isSeed ? SeedLength : HeadLength;

    public byte[] ToBytes(bool isSeed, uint? length = null)
    {
        var header = new byte[HeaderLength(isSeed)];
        BinaryPrimitives.WriteUInt32BigEndian(header, Command);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), length ?? (uint)Body.Length);
        if (isSeed)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), Checksum);
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(12), Sid);
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(20), Nid);
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(24), Seq);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(8), Sid);
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(16), Cid);
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(24), Nid);
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(28), Seq);
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(36), Dsid);
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(44), Dseq);
        }
        return [.. header, .. Body];
    }

    public static int BodyLength(byte[] header) => (int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));

    public static Packet Read(byte[] header, byte[] body, bool isSeed)
    {
        var command = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (!isSeed)
        {
            return new(
                command, body, BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(8)), BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(28)),
                BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(36)), BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(44)),
                BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(24)));
        }
        Assert.Equal(Checksum, BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8)));
        return new(
            command, body, BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(12)), BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(24)),
            Nid: BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(20)));
    }

    /// <summary>The body is just these fields, in this order, with none left out.</summary>
    public Packet Is(params (int Number, object Value)[] fields)
    {
        Assert.True(Proto.Of(fields).AsSpan().SequenceEqual(Body), $"Not {Hex.Text(Proto.Of(fields))} but {this}");
        return this;
    }

    /// <summary>A number of the body, which must be there.</summary>
    public long Int(int field) => (long)(ulong)Proto.Read(Body).Last(f => f.Number == field).Value;

    /// <summary>A text of the body, which must be there.</summary>
    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    /// <summary>Bytes of the body, which must be there.</summary>
    public byte[] Bytes(int field) => (byte[])Proto.Read(Body).Last(f => f.Number == field).Value;

    public bool Has(int field) => Proto.Read(Body).Any(f => f.Number == field);

    public override string ToString() =>
        $"{Command:X4} sid {Sid} seq {Seq} dsid {Dsid} dseq {Dseq}: {Hex.Text(Body.AsSpan(0, Math.Min(Body.Length, 200)))}";
}
