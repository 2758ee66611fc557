namespace Parley.Gateways.OpenIm.Messages;

/// <summary>Content types (openim.md §6.2).</summary>
internal static class ContentTypes
{
    public const int Text = 101;
    public const int Picture = 102;
    public const int Voice = 103;
    public const int Video = 104;
    public const int File = 105;
    public const int At = 106;
    public const int Merged = 107;
    public const int Card = 108;
    public const int Location = 109;
    public const int Custom = 110;
    public const int Revoke = 111;
    public const int ReadReceipt = 112;
    public const int Typing = 113;
    public const int Quote = 114;
    public const int Face = 115;
    public const int AdvancedText = 117;

    private const int FirstNotification = 1000;
    private const int LastNotification = 2000;

    /// <summary>Whether content is text, bare or in JSON; bytes that are no UTF-8 would go past what is checked of texts.</summary>
    public static bool IsText(int contentType) => contentType is Text or At or Merged or Typing or Quote or AdvancedText;

    /// <summary>Whether only the server says such a thing: who believes a notification acts on it.</summary>
    public static bool IsNotification(int contentType) => contentType is >= FirstNotification and <= LastNotification;
}
