namespace Parley.Wire.Fpnn;

/// <summary>How a payload is written (fpnn §1.2).</summary>
public enum FpnnEncoding : byte
{
    /// <summary>One MessagePack map; flag 0x80.</summary>
    MessagePack,

    /// <summary>One UTF-8 JSON object; flag 0x40.</summary>
    Json,
}
