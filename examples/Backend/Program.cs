using System.Globalization;
using Parley.Rtm;
using Parley.Rtm.Backend;

// A business back end at work: dotnet run --project examples/Backend -- 127.0.0.1:13315 1000 SECRET
if (args.Length != 3 || !long.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
{
    Console.Error.WriteLine("usage: Backend HOST:PORT PID SECRET");
    return 2;
}

const long Ann = 1001;
const long Ben = 1002;
const long Group = 77;
var patience = TimeSpan.FromSeconds(10);

// The back end that acts, and one that listens: nobody is told of what he sent himself.
await using var shop = new RtmBackendClient(args[0], pid, args[2]);
await using var archive = new RtmBackendClient(args[0], pid, args[2]);
try
{
    var heard = archive.ReadEventsAsync();
    await archive.AddListenAsync(groupIds: [Group], userIds: [Ann], events: ["login"]);
    Console.WriteLine("listening to group 77, user 1001 and logins");

    await shop.AddGroupMembersAsync(Group, [Ann, Ben]);
    Console.WriteLine($"group 77 has {string.Join(" and ", (await shop.GetGroupMembersAsync(Group)).Order())}");

    // An app logs in with such a token; the secret stays with the back end.
    var token = await shop.GetTokenAsync(Ann);
    Console.WriteLine($"a token of {token.Length} characters for 1001");

    await shop.SendMessageAsync(Ann, Ben, RtmMessageType.Text, "Your parcel is on its way.");
    var sent = await shop.SendGroupMessageAsync(Ann, Group, RtmMessageType.Text, "Hello, group!");
    Console.WriteLine("sent to 1002 and to group 77");

    using var deadline = new CancellationTokenSource(patience, TimeProvider.System);
    var messages = 0;
    await foreach (var happened in heard.WithCancellation(deadline.Token))
    {
        if (happened is RtmMessageEvent message)
            Console.WriteLine($"heard {message.Conversation} {message.From} -> {message.Target}: {message.Text}");
        if (++messages == 2)
            break;
    }

    await shop.AddGroupBanAsync(Group, Ann, TimeSpan.FromMinutes(5));
    try
    {
        await shop.SendGroupMessageAsync(Ann, Group, RtmMessageType.Text, "Can you hear me?");
    }
    catch (RtmException error) when (error.Code == RtmErrorCode.BannedInGroup)
    {
        Console.WriteLine("1001 is banned in group 77");
    }

    await shop.RemoveGroupBanAsync(Group, Ann);

    await shop.DeleteMessageAsync(sent.Mid, Ann, Group, RtmConversationType.Group);
    var page = await shop.GetGroupMessagesAsync(Group, new RtmHistoryQuery { Count = 1 });
    Console.WriteLine(page.Messages is [{ IsDeleted: true }] ? "the message to the group was recalled" : "the message is still there");

    await shop.DeleteGroupAsync(Group);
    Console.WriteLine("group 77 is gone");
    return 0;
}
catch (RtmException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine($"nothing was heard within {patience.TotalSeconds} s");
    return 1;
}
