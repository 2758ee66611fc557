using System.Globalization;
using System.Text;
using Parley.Core.Messaging;

namespace Parley.Core.MobilePush;

/// <summary>The texts of notifications.</summary>
internal static class NotificationText
{
    /// <summary>Longest title in characters.</summary>
    public const int TitleCharacters = 100;

    /// <summary>The sender's push name, or the uid.</summary>
    public static string TitleOf(string pushName, long userId)
    {
        var name = Cut(pushName, TitleCharacters);
        return name.Length > 0 ? name : userId.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The text of a message, or a label for what is no text. Labels are the same in all languages; the app may show its own.</summary>
    public static string BodyOf(Message message, int characters) => message switch
    {
        { File: FileKind.Image } => "[image]",
        { File: FileKind.Audio } => "[audio]",
        { File: FileKind.Video } => "[video]",
        { File: not FileKind.None } => "[file]",
        { IsBinary: true } => "[message]",
        _ => Cut(TextOf(message.Body.Span, characters), characters),
    };

    // a character takes at most three bytes of UTF-8 (two take four), so that no more than this is looked at
    private static string TextOf(ReadOnlySpan<byte> body, int characters) =>
        Encoding.UTF8.GetString(body[..Math.Min(body.Length, (3 * characters) + 4)]);

    /// <summary>Cuts between characters, not within one; control characters become blanks.</summary>
    private static string Cut(string text, int characters)
    {
        var length = text.Length;
        if (length > characters)
        {
            length = characters - 1;
            if (length > 0 && char.IsHighSurrogate(text[length - 1]))
                length--;
        }
        var cut = new StringBuilder(length + 1);
        for (var i = 0; i < length; i++)
            cut.Append(char.IsControl(text[i]) ? ' ' : text[i]);
        if (length < text.Length)
            cut.Append('…');
        return cut.ToString().Trim();
    }
}
