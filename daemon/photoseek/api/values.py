"""The values that the shapes of ``wire`` are made of: what they may be, and an example of each for the document.

Used by ``wire`` and ``routes``. Bounds stand where a request is checked; what photoseek answers needs none. Pure;
any thread.
"""

from typing import Annotated

from msgspec import Meta

PhotoIdText = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", examples=["0cc175b9c0f1b6a831c399e269772661"])]
PhotoIdAnswer = Annotated[str, Meta(examples=["0cc175b9c0f1b6a831c399e269772661"])]
PathText = Annotated[str, Meta(examples=["/home/ann/Pictures/Italy/beach.jpg"])]
FolderPath = Annotated[str, Meta(examples=["/home/ann/Pictures"])]
NameText = Annotated[str, Meta(examples=["beach.jpg"])]
LocalTime = Annotated[str, Meta(examples=["2023-08-02T18:11:09"])]
Moment = Annotated[str, Meta(examples=["2023-08-02T16:11:09Z"])]
CameraText = Annotated[str, Meta(examples=["Apple iPhone 12"])]
ModelName = Annotated[str, Meta(examples=["clip-ViT-L-14"])]
QueryText = Annotated[str, Meta(examples=["dog on the beach"])]
Width = Annotated[int, Meta(examples=[4032])]
Height = Annotated[int, Meta(examples=[3024])]
SizeBytes = Annotated[int, Meta(examples=[2310011])]
FolderNumber = Annotated[int, Meta(ge=1, le=2**63 - 1, examples=[1])]
