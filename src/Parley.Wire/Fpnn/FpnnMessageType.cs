namespace Parley.Wire.Fpnn;

/// <summary>The header's <c>mtype</c> (fpnn §1.1).</summary>
public enum FpnnMessageType : byte
{
    /// <summary>A quest that gets no answer and has no sequence number.</summary>
    OneWayQuest = 0,

    /// <summary>A quest that gets an answer with its sequence number.</summary>
    TwoWayQuest = 1,

    /// <summary>The answer to a two-way quest.</summary>
    Answer = 2,
}
