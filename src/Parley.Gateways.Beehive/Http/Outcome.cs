using Parley.Core;

namespace Parley.Gateways.Beehive.Http;

/// <summary>How a call ended: the members <c>code</c> and <c>errmsg</c> of its answer.</summary>
internal readonly record struct Outcome(BeehiveCode Code, string Text)
{
    /// <summary>Success of register, iplist and pushes, as the reference words it (beehive.md §2).</summary>
    public static readonly Outcome Accepted = new(BeehiveCode.Ok, "OK");

    /// <summary>Success of everything else.</summary>
    public static readonly Outcome Done = new(BeehiveCode.Ok, "Ok");

    public bool IsOk => Code == BeehiveCode.Ok;

    /// <summary>A parameter that is missing or no good, where the reference names it.</summary>
    public static Outcome Invalid(string parameter) => new(BeehiveCode.InvalidParameter, $"Paramter [{parameter}] is invalid!");

    /// <summary>What a refusal of the core is called here.</summary>
    public static Outcome Of(CoreError error) => error == CoreError.None ? Done : new(BeehiveCodes.Of(error), BeehiveCodes.TextOf(error));
}
