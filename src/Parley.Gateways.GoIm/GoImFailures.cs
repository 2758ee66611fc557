using Parley.Core;

namespace Parley.Gateways.GoIm;

/// <summary>The failure texts of GoIM, byte for byte (goim-json §5).</summary>
internal static class GoImFailures
{
    public static ReadOnlySpan<byte> Error => "error."u8;

    public static ReadOnlySpan<byte> MissingArguments => "There is not enough arguments."u8;

    public static ReadOnlySpan<byte> IllegalRequest => "Illegal request."u8;

    public static ReadOnlySpan<byte> NotLoggedIn => "You have not landed."u8;

    public static ReadOnlySpan<byte> LoggedInElsewhere => "You have to re-login."u8;

    public static ReadOnlySpan<byte> InvalidToken => "Invalid token."u8;

    public static ReadOnlySpan<byte> AlreadyLoggedIn => "The user is logged"u8;

    public static ReadOnlySpan<byte> AlreadyFriend => "The id is already your friend."u8;

    public static ReadOnlySpan<byte> NoSuchFriend => "You have no this friend."u8;

    public static ReadOnlySpan<byte> UnknownFriend => "This id is not exists."u8;

    public static ReadOnlySpan<byte> NoSuchRequest => "Users did not initiate this request."u8;

    public static ReadOnlySpan<byte> UndefinedAsk => "The ask type is undefined."u8;

    public static ReadOnlySpan<byte> UndefinedReaction => "The react type is undefined."u8;

    public static ReadOnlySpan<byte> SendFailed => "Send message error."u8;

    public static ReadOnlySpan<byte> UnknownClient => "Not exists client"u8;

    public static ReadOnlySpan<byte> CreateTopicFailed => "Create topic failure."u8;

    public static ReadOnlySpan<byte> TopicExists => "Topic already exists."u8;

    public static ReadOnlySpan<byte> NoTopic => "Topic does not exist."u8;

    public static ReadOnlySpan<byte> NoTopicName => "Not exists topic name"u8;

    public static ReadOnlySpan<byte> AlreadyInTopic => "You are already in the topic."u8;

    public static ReadOnlySpan<byte> JoinTopicFailed => "Join topic failure."u8;

    public static ReadOnlySpan<byte> TopicFull => "Exceed the maximum number"u8;

    public static ReadOnlySpan<byte> NotInTopic => "You were not in this topic."u8;

    /// <summary>What a refusal of the core to send a message is called here.</summary>
    public static ReadOnlySpan<byte> OfSending(CoreError error) => error switch
    {
        CoreError.NotGroupMember => NotInTopic,
        CoreError.EmptyGroup => NoTopic,
        CoreError.StoreFailed or CoreError.Busy => Error,
        _ => SendFailed,
    };
}
