// SPDX-License-Identifier: MIT
// A colour as the browser computed it, and the number of pixels in a picture that have it.

using System.Text.Json;
using Microsoft.Playwright;

namespace Tallymark.Support;

sealed record Colour(int Red, int Green, int Blue)
{
    /// <summary>The computed value of a property. A canvas converts every notation of a colour.</summary>
    public static async Task<Colour> Of(ILocator element, string property)
    {
        var channels = await element.EvaluateAsync<int[]>(
            """
            (element, property) => {
              const canvas = document.createElement('canvas').getContext('2d');
              canvas.fillStyle = getComputedStyle(element).getPropertyValue(property);
              canvas.fillRect(0, 0, 1, 1);
              return [...canvas.getImageData(0, 0, 1, 1).data];
            }
            """, property);
        return channels[3] == 255
            ? new Colour(channels[0], channels[1], channels[2])
            : throw new InvalidOperationException($"{property} is not opaque: {JsonSerializer.Serialize(channels)}");
    }

    /// <summary>Relative luminance of WCAG 2: 0 is black, 1 is white.</summary>
    public double Luminance => 0.2126 * Linear(Red) + 0.7152 * Linear(Green) + 0.0722 * Linear(Blue);

    /// <summary>The contrast of WCAG 2, from 1 to 21.</summary>
    public double ContrastTo(Colour other)
    {
        var (mine, theirs) = (Luminance, other.Luminance);
        return (Math.Max(mine, theirs) + 0.05) / (Math.Min(mine, theirs) + 0.05);
    }

    /// <summary>The number of pixels with this colour in a PNG, which a separate page decodes.</summary>
    public async Task<int> CountIn(byte[] png, Chromium chromium)
    {
        var page = await chromium.Browser.NewPageAsync();
        try
        {
            return await page.EvaluateAsync<int>(
                """
                async ({ png, colour }) => {
                  const image = new Image();
                  image.src = `data:image/png;base64,${png}`;
                  await image.decode();
                  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
                  canvas.drawImage(image, 0, 0);
                  const { data } = canvas.getImageData(0, 0, image.width, image.height);
                  let found = 0;
                  for (let at = 0; at < data.length; at += 4) {
                    if (colour.every((channel, index) => Math.abs(data[at + index] - channel) <= 2)) found++;
                  }
                  return found;
                }
                """,
                new { png = Convert.ToBase64String(png), colour = new[] { Red, Green, Blue } });
        }
        finally
        {
            await page.CloseAsync();
        }
    }

    static double Linear(int channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
