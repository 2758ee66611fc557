using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Messages;

/// <summary>The options of a message; one that is absent is true (openim.md §6.5).</summary>
internal static class MessageOptions
{
    public const string History = "history";
    public const string Persistent = "persistent";
    public const string OfflinePush = "offlinePush";
    public const string UnreadCount = "unreadCount";
    public const string ConversationUpdate = "conversationUpdate";
    public const string SenderSync = "senderSync";

    /// <summary>Whether an option holds.</summary>
    public static bool Is(MsgData data, string option) => !data.Options.TryGetValue(option, out var value) || value;

    /// <summary>Applies the defaults of the type to what the sender said, and those of messages that are not stored.</summary>
    public static void Apply(MsgData data, bool isOnlineOnly)
    {
        switch (data.ContentType)
        {
            case (>= ContentTypes.Text and <= ContentTypes.Custom) or ContentTypes.Quote:
                Set(data, value: true, ConversationUpdate, UnreadCount, SenderSync);
                break;
            case ContentTypes.Revoke:
                Set(data, value: false, UnreadCount, OfflinePush);
                break;
            case ContentTypes.ReadReceipt:
                Set(data, value: false, ConversationUpdate, UnreadCount, OfflinePush);
                break;
            case ContentTypes.Typing:
                Set(data, value: false, History, Persistent, SenderSync, ConversationUpdate, UnreadCount, OfflinePush);
                break;
            default:
                break;
        }
        if (isOnlineOnly)
            Set(data, value: false, History, Persistent, OfflinePush, SenderSync);
    }

    private static void Set(MsgData data, bool value, params ReadOnlySpan<string> options)
    {
        foreach (var option in options)
            data.Options[option] = value;
    }
}
