using Microsoft.AspNetCore.Http;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>How a call ended: the status, and the members <c>errCode</c> and <c>errMsg</c> of its answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">0 = success.</param>
/// <param name="Text">Empty on success.</param>
internal readonly record struct Outcome(int Status, int Code, string Text)
{
    public static readonly Outcome Done = new(StatusCodes.Status200OK, 0, "");

    public bool IsOk => Code == 0;
}
