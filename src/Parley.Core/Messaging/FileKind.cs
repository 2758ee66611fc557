namespace Parley.Core.Messaging;

/// <summary>Whether a message is a file and of which sort. The numbers are kept on disk.</summary>
public enum FileKind : byte
{
    /// <summary>Not a file.</summary>
    None = 0,

    /// <summary>An image.</summary>
    Image = 10,

    /// <summary>Audio.</summary>
    Audio = 11,

    /// <summary>Video.</summary>
    Video = 12,

    /// <summary>Any other file.</summary>
    Other = 100,
}
