namespace Parley.Rtm;

/// <summary>Message types that have a meaning of their own (rtm-client §1.3). Any number from 1 to 127 is a message type.</summary>
public static class RtmMessageType
{
    /// <summary>Text chat.</summary>
    public const byte Text = 30;

    /// <summary>A command for programs.</summary>
    public const byte Command = 32;

    /// <summary>An image.</summary>
    public const byte Image = 40;

    /// <summary>A recording.</summary>
    public const byte Audio = 41;

    /// <summary>A video.</summary>
    public const byte Video = 42;

    /// <summary>Any other file; the server makes it 40 to 42 when it can tell the kind.</summary>
    public const byte File = 50;

    /// <summary>Whether a message of this type is a file.</summary>
    public static bool IsFile(byte messageType) => messageType is >= Image and <= File;
}
