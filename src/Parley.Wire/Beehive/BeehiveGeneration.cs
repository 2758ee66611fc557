namespace Parley.Wire.Beehive;

/// <summary>The two states of the long connection that clients speak (beehive §8).</summary>
public enum BeehiveGeneration : byte
{
    /// <summary>Not decided yet: fewer than 12 bytes have come.</summary>
    Unknown,

    /// <summary>The seed generation, G1: a header of 32 bytes with a checksum (§8.2).</summary>
    Seed,

    /// <summary>The head generation, G2: a header of 52 bytes (§8.1).</summary>
    Head,
}
