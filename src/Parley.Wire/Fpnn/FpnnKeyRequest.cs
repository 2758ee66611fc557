namespace Parley.Wire.Fpnn;

/// <summary>The parameters of a <c>*key</c> quest (fpnn §5.1).</summary>
public readonly ref struct FpnnKeyRequest
{
    internal FpnnKeyRequest(uint sequenceNumber, ReadOnlySpan<byte> publicKey, bool streamMode, int bits)
    {
        SequenceNumber = sequenceNumber;
        PublicKey = publicKey;
        StreamMode = streamMode;
        Bits = bits;
    }

    /// <summary>For the answer, which is the first encrypted package.</summary>
    public uint SequenceNumber { get; }

    /// <summary>The client's X‖Y as sent; <see cref="FpnnServerKey.TryAgree"/> checks it.</summary>
    public ReadOnlySpan<byte> PublicKey { get; }

    /// <summary>True for stream mode, false for package mode.</summary>
    public bool StreamMode { get; }

    /// <summary>128 or 256.</summary>
    public int Bits { get; }
}
