// Made by Tests/Golden/images.py; do not edit.

/// A file of another encoder, and the pixels its own library decodes from it.
struct ImageFixture: Sendable {
  let name: String
  let width: Int
  let height: Int
  let channels: Int
  /// Base64 of the file and of the pixels.
  let file: String
  let pixels: String

  static let all: [ImageFixture] = [
    ImageFixture(
      name: "baseline JPEG", width: 9, height: 6,
      channels: 3,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4R
        DgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU
        FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAGAAkDAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA
        AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk
        M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT
        lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA
        HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh
        cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp
        anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk
        5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwBnwy8L29nY2yIB50o4f+6MgfnzXr+IPEVXJMvjh8NdVa10pLTl
        Ubcz73adla1ruSaaV/y/C0lUnd7I9Y/4RKy/uD8h/hX8kHun/9k=
        """,
      pixels: """
        EVSIH1yVLmWmN3ShPnzFR4m5XJPTaZfSa6gcF1SXKGCrN3GfPXbFR4fHV5a/ZZfSZ7IaercrImCFL2W7PHa/Soq6
        VpXLZZnibLYrbak4fbouL2mZM2+jQ4C2V5bMX5nYa5jbbrMae7cbi8g8N2yuPHexTIjOXZnVYJXJbrkhdLEmib82
        jMk9OG62RoHDVpTPXpXWXKscdbkmfLgljcU8kM1B
        """),
    ImageFixture(
      name: "halved colours", width: 17, height: 10,
      channels: 3,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQa
        FRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4e
        Hh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAKABEDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA
        AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk
        M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT
        lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA
        HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh
        cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp
        anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk
        5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwBfBmjLDBFGifvXUHOOg/xrL8aatb6lcqto8raZp4I2EKElmDMu
        8Fc7gRtAY9AScDJz1VpI8Ph3WJ4naOWOzlZHU4ZSEbBB7EYFefH5dEtAvAe4AYD+IbWPPr0H5VyYStLOM4qVa+1N
        8kV0Su036u2/+SN+GMPHDYTEY+Os6cbx9WnqQf2hf/8APjbf9+2/+KorTyfU0V+g/UsP/Ij57/WjN/8An/I//9k=
        """,
      pixels: """
        IE2EJVmTImanK3K0Qn/AU4i8Y5CxcqKKbao1dLYeebY0o7de5qiRlB8ytyJKxSdayzZtIFKHLWWeL3K2NHm+S4fG
        YZbAa52cbaJqcqwxl9E/mclTxsyCezQwoClJvTBaxzlpw0d9IFyQMG6nOnrCRILNWZDRaJ+zaqhnbqs2gLQskrk4
        ssdoVkEWjDFSqy9tsjVhtklzrl+YJmmdMHKsQH/GV5HRZp3EZaCMZqs+d7cjospDprZLvbJ0fEc/pDltsTV9pz9w
        rGOQXTx1KnOmOX61T4nJYZi/aqSVaalfbbQwhsErorg60sNw4q+cjDZRsDZvqDFzr2KaVDFpR0+OKXWmSY26XZe9
        YJaYZaFhcLNCe8AykMA4vr5eZDgJkT1MpDRktzZstEiCk2GcS0qGMFaVM3qoU5azZ6CaYZloZqU9eLo0iMc7oL1R
        x6h6gjM2qjdeqyteyEh4sViIRjFqQVuYMGKfRYWrWpijaqN4a6ZMcLEzf74xksdBtMFpej83ly1TtjFmyUB2v0Zz
        pVyJUlOLJ1WQNnGrVIynaqKZX5hLcq03fbs8hr88o81PvLlsjzxOri5rtyhg00p+xFWIm2GUSF6QKWeaQHyyWo2i
        ZZqIZZw+dLAshsNCmdBRn8NJcGQcjzBOuS121EB6106Cu1CIdEJ3PV2OM3emPXmv
        """),
    ImageFixture(
      name: "progressive JPEG", width: 9, height: 6,
      channels: 3,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4R
        DgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU
        FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAGAAkDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAA
        AAIG/8QAFAEBAAAAAAAAAAAAAAAAAAAABv/aAAwDAQACEAMQAAABnWBk/wD/xAAYEAEAAwEAAAAAAAAAAAAAAAAC
        AAQFFP/aAAgBAQABBQLMqkDkE//EABYRAAMAAAAAAAAAAAAAAAAAAAADMv/aAAgBAwEBPwFMn//EABsRAQABBQEA
        AAAAAAAAAAAAAAECAAMEBhEh/9oACAECAQE/AdkuTnnsF8A5X//EABcQAAMBAAAAAAAAAAAAAAAAAAECEFH/2gAI
        AQEABj8CXTP/xAAYEAACAwAAAAAAAAAAAAAAAAAAAVFhcf/aAAgBAQABPyFBLaCg/9oADAMBAAIAAwAAABDz/8QA
        FxEBAAMAAAAAAAAAAAAAAAAAAQARQf/aAAgBAwEBPxABc2f/xAAaEQEAAgMBAAAAAAAAAAAAAAABETEAIUGR/9oA
        CAECAQE/EJwQg4SC+rtuigz/xAAbEAABBAMAAAAAAAAAAAAAAAABABEhkVFh0f/aAAgBAQABPxAQ4ZjE4Fytehxf
        /9k=
        """,
      pixels: """
        FFOIHl2TKmilNnKwQny7UIa1Y5esbqSEaaU0F1aMJmWbM3GsPXm3TYTEXZS7aaGYaKJlebQ8IV6XLmuiPHmwS4fD
        WpHSZ6G3aqtnaKwxfLozLGmiMm+oQ3+7WZXLYpzEaKaXaa5Dc7kjisk6NG+rPHa1TofOYJvHYKCQaq5lbLI1gMQv
        jMk+NnGtR4HBWo/dX5nBWZxwbbVPc7kyhso3kM1C
        """),
    ImageFixture(
      name: "grey JPEG", width: 8, height: 8,
      channels: 1,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJ
        BwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcI
        CQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcY
        GRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKj
        pKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APl7
        9iz9nS2+zWbNpys7KpJK5xnoAPXp+nBzX//Z
        """,
      pixels: """
        FCAqNz5MVmEcKC89S1lhbyQsQEhWYnJwKjRFVGRibX0vP09cXG99gjdJVltudX+LPk9hYXR9ioxFWFxudoSHng==
        """),
    ImageFixture(
      name: "JPEG of printers' inks", width: 8, height: 8,
      channels: 3,
      file: """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcG
        BggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAAB
        AgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNi
        coIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SV
        lpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4E
        QwBNAFkASwAAPwD6d/bU/aLuftN4q6iyorMAA2M46kn06/ryMV5Z+2p+0Xc/abxV1FlRWYABsZx1JPp1/XkYrj/+
        CbX7HFz+2R8Zrn9qH4zWWkX/AMJ/AWty2s+h6mfO/wCEi1dIFlS2aFXGLeHzoJ5DLmOX5IdkiPOYvq/xjbfDn9kD
        4F6N+zb8Gp7+Dw14VtZLeyOoXxmuJ3eV557iWQ4BeWaSWRggRAzsEWNFCr//2Q==
        """,
      pixels: """
        NCcZJRsRxI1Xr3pGnm06jF0vfVAjbkQbKR4UIhgPtIBKoW8+jl8ufE8lbEMZWzWOIhkQwYpSoW5AkGEvfVEkbEMZ
        WDOLXTaRxI1TrnpEl2Y2f1MnbEIbbkQcXjePSyh5uYROoG4/iVssd0sfckgbXTaPTCl6SSZ8rHhFkWExe1Ajdksg
        YTmZUS59TCh/PB1ionA/iVoqbUQdbkSlVTCHUCuDPx9qPB1nl2c1e08ldkoeXjeQVjCKRCNvQCBqLBFT
        """),
    ImageFixture(
      name: "RGB PNG", width: 5, height: 4,
      channels: 3,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIXAAAAHUlEQVR4nGMUCejhRgJM7OzsHBwcnJycXFxcRPAB
        e+wDETFQ8yoAAAAASUVORK5CYII=
        """,
      pixels: """
        FFCMH1uXKmaiNXGtQHy4G1eTJ2OfM2+rP3u3S4fDIl6aL2unPHi0SYXBVpLOKWWhN3OvRYG9U4/LYZ3Z
        """),
    ImageFixture(
      name: "palette PNG", width: 7, height: 5,
      channels: 3,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFBAMAAAB7tOvrAAAAG1BMVEVintpemtZzryNUkMxKhsJAfLg0cKwpZaEa
        VpJDaZx3AAAAIklEQVR4nGPseHfvDtP/9+8vML1//1aBieH/BQam9++EGADCdQ2QJc27mAAAAABJRU5ErkJggg==
        """,
      pixels: """
        GlaSGlaSKWWhNHCsQHy4SobCVJDMGlaSKWWhNHCsQHy4SobCVJDMYp7aKWWhNHCsQHy4SobCVJDMYp7ac68jKWWh
        NHCsQHy4VJDMYp7aYp7ac68jNHCsQHy4SobCXprWXprWc68jc68j
        """),
    ImageFixture(
      name: "grey PNG with opacity", width: 5, height: 4,
      channels: 4,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAQAAADsOj3LAAAAGElEQVR4nGMUCeCGAiZ2dg4OTk4uLlxMAC8rAdLb
        9mZ4AAAAAElFTkSuQmCC
        """,
      pixels: """
        FBQUUB8fH1sqKipmNTU1cUBAQHwbGxtXJycnYzMzM28/Pz97S0tLhyIiIl4vLy9rPDw8eElJSYVWVlaSKSkpZTc3
        N3NFRUWBU1NTj2FhYZ0=
        """),
    ImageFixture(
      name: "PNG of one bit", width: 11, height: 3,
      channels: 1,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAsAAAADAQAAAABthMjmAAAAEUlEQVR4nGNgSGBgfMDExAAABjgBRrXF7cIAAAAA
        SUVORK5CYII=
        """,
      pixels: """
        AAAAAAAAAAAA//8AAAAAAAAA/////wAAAAAAAP//////
        """),
  ]
}
